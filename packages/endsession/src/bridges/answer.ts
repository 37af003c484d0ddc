/** The answers of bridges to requests of node:http and Express, in the forms of endsession's own. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { clientOf, headOf, type Next, send } from "../adapters/node.ts";
import type { EndSession } from "../endsession.ts";
import { type Answer, withHeaders } from "../http/answer.ts";
import { endedBody } from "../http/bodies.ts";
import { type Exchange, readExchange, refuseCrossSite } from "../http/exchange.ts";
import { failure } from "../http/failure.ts";
import { Problem } from "../http/problem.ts";
import { afterLogout, json, seeOther } from "../http/respond.ts";
import type { Receipt } from "../protocol/receipt.ts";
import { calling } from "./callbacks.ts";

/** What became of a session, and the Set-Cookie headers that delete its cookie. */
export interface BridgedEnd {
  readonly receipt: Receipt;
  readonly cookies: readonly string[];
}

/**
 * Sends what `work` gives, or the problem that it throws; null passes on to `next`. What keeps an
 * answer from being sent, such as headers that are sent already, goes to `next` as well.
 */
export function answer(
  { http }: EndSession,
  req: IncomingMessage,
  res: ServerResponse,
  next: Next,
  work: (exchange: Exchange) => Promise<Answer | null>,
): void {
  const answering = async (): Promise<"answered" | "passed"> => {
    let exchange: Exchange | null = null;
    let answered: Answer | null;
    try {
      exchange = readExchange(http, headOf(req), clientOf(req));
      answered = await work(exchange);
    } catch (error) {
      const page = exchange?.wantsPage ?? false;
      answered = failure(http, exchange, error, { page, next: null });
    }
    if (!answered) return "passed";
    await send(withHeaders(answered, { "cache-control": "no-store" }), req, res);
    return "answered";
  };
  calling(answering(), (error, outcome) => {
    if (error) next(error);
    else if (outcome === "passed") next();
  });
}

/**
 * Answers a logout: 200 with the receipt, or 303 to a browser's form, once `end` has resolved; 403
 * to other sites, 405 to anything but POST, and 503 when the end is not sure. Only a success
 * deletes cookies: they are what a retry needs.
 */
export function answerLogout(
  endsession: EndSession,
  req: IncomingMessage,
  res: ServerResponse,
  next: Next,
  end: (exchange: Exchange) => Promise<BridgedEnd>,
): void {
  const { clock, logger } = endsession.http.core;
  answer(endsession, req, res, next, async (exchange) => {
    if (req.method !== "POST") throw wrongMethod();
    refuseCrossSite(exchange);
    const { receipt, cookies } = await end(exchange).catch((error: unknown) => {
      if (error instanceof Problem) throw error;
      logger.error({ error }, "revocation failed");
      throw unavailable();
    });
    if (exchange.wantsPage) return seeOther(afterLogout(exchange, undefined), { cookies });
    return json(endedBody("Logout successful", clock.now(), receipt), { cookies });
  });
}

function wrongMethod(): Problem {
  return new Problem("methodNotAllowed", {
    detail: "A logout is a POST: links and prefetches end nothing.",
    headers: { allow: "POST" },
  });
}

function unavailable(): Problem {
  return new Problem("revocationUnavailable", {
    detail: "It is not known whether the session has ended. Send the request again.",
    headers: { "retry-after": "2" },
  });
}
