/** `GET /readyz` and `GET /metrics`: what those ask who run the service. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { EndSession } from "endsession";
import { sendJson, sendProblem } from "./answer.ts";
import type { Metrics } from "./metrics.ts";

/**
 * 200 when this instance can do its work: the store answers and the lease is held. Else, and from
 * the moment it is told to stop, 503: send requests elsewhere.
 */
export async function readyz(
  { sessions }: EndSession,
  stopping: boolean,
  to: ServerResponse,
): Promise<void> {
  const { store, lease } = await sessions.health();
  const status = stopping ? "stopping" : store && lease !== "lost" ? "ready" : "not ready";
  sendJson(to, status === "ready" ? 200 : 503, { status, store: store ? "up" : "down", lease });
}

/** The metrics, for whoever presents the service credential. */
export async function scrape(
  metrics: Metrics,
  serviceToken: string,
  request: IncomingMessage,
  to: ServerResponse,
): Promise<void> {
  const [, bearer = ""] = /^bearer +(.*)$/i.exec(request.headers.authorization ?? "") ?? [];
  if (!sameSecret(bearer, serviceToken)) {
    const detail = "Present the service credential in the header Authorization: Bearer.";
    to.setHeader("www-authenticate", "Bearer");
    return sendProblem(to, 401, "unauthenticated", "Not signed in", detail);
  }
  to.setHeader("content-type", "text/plain; version=0.0.4; charset=utf-8");
  to.setHeader("cache-control", "no-store");
  to.end(await metrics.text());
}

/** Takes as long for a wrong secret as for a nearly right one. */
function sameSecret(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
