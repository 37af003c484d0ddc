/**
 * `GET /events`: server-sent events that tell the ends of the caller's own user, on whichever
 * instance they happen. The stream closes with its session. Nothing secret is in it: whoever is told
 * asks `GET /session`, and only that answer counts.
 */
import type { End } from "../../core/feed.ts";
import { onEnded, type SessionOver } from "../../core/on-ended.ts";
import type { Session } from "../../core/session.ts";
import { userKey } from "../../core/user-key.ts";
import { type EndReason, publishedReason } from "../../protocol/reasons.ts";
import type { Exchange } from "../exchange.ts";
import { guard } from "../guard.ts";
import { Problem } from "../problem.ts";
import { networkOf } from "../rate-limit.ts";
import { route, type Route } from "../route.ts";

/** How often a silent stream says that it is there, in milliseconds: proxies cut what is silent. */
const heartbeat = 15_000;
/** How soon a browser connects again, in milliseconds. */
const retry = 2000;

export const events: Route = route({
  method: "GET",
  path: "/events",
  summary: "Server-sent events: what ends among the user's sessions, as it happens",
  security: "session",
  responses: { 200: { description: "A stream of the events hello, resync, ended and over" } },
  handle: async ({ exchange }) => {
    const { session } = await guard(exchange, {
      activity: false,
      remember: false,
      allowStale: true,
    });
    const { settings } = exchange.http;
    const user = userKey(session.tenantId, session.userId);
    const leave = settings.places.take(user, networkOf(exchange.facts.address));
    if (!leave) {
      throw new Problem("quotaExceeded", {
        detail: "Too many event streams are open. Close some, or ask GET /session now and then.",
        headers: { "retry-after": "30" },
      });
    }
    const isHead = exchange.head.method === "HEAD";
    if (isHead) leave();
    return {
      status: 200,
      headers: {
        "content-type": "text/event-stream",
        // nginx would keep events back.
        "x-accel-buffering": "no",
      },
      cookies: [],
      body: isHead ? null : streamOf(exchange, session, leave),
    };
  },
});

function streamOf(exchange: Exchange, session: Session, leave: () => void): ReadableStream {
  const { core } = exchange.http;
  const encoder = new TextEncoder();
  let close = leave;
  return new ReadableStream({
    start(controller) {
      const send = (text: string): void => controller.enqueue(encoder.encode(text));
      const tell = (name: string, data: unknown): void =>
        send(`id: ${core.clock.now()}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
      const parts: (() => void)[] = [leave];
      close = () => {
        for (const part of parts.splice(0)) part();
      };
      send(`retry: ${retry}\n`);
      tell("hello", { session_id: session.id });
      // What ended while the browser was away is not told again: it is to look for itself.
      if (exchange.head.headers.get("last-event-id") !== null) tell("resync", {});
      parts.push(
        core.live.listeners.add({
          tenantId: session.tenantId,
          userId: session.userId,
          ended: (end) => tell("ended", endBody(end)),
          doubt: () => undefined,
        }),
        onEnded(core, session, (over: SessionOver) => {
          tell("over", { session_id: session.id, reason: over.reason });
          close();
          controller.close();
        }),
      );
      let beat = core.timers.after(heartbeat, function again() {
        send(":\n\n");
        beat = core.timers.after(heartbeat, again);
      });
      parts.push(() => beat());
    },
    cancel: () => close(),
  });
}

/** Without `session_id` all of the user's sessions, but for one that may have gone on. */
function endBody({ sessionId, reason }: End): unknown {
  const published = reason === null ? null : publishedReason(reason as EndReason);
  return { session_id: sessionId, reason: published };
}
