/** The answer to a logout that a bridge carries out, in the form of `POST /logout`. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { clientOf, headOf, type Next, send } from "../adapters/node.ts";
import type { EndSession } from "../endsession.ts";
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
 * Answers 200 with the receipt, or to a browser's form 303, once `end` has resolved. Answers 403 to
 * other sites, 405 to anything but POST and, when `end` rejects, 503; these leave the cookies. What
 * keeps the answer from being sent, such as headers that are sent already, goes to `next`.
 */
export function answerLogout(
  endsession: EndSession,
  req: IncomingMessage,
  res: ServerResponse,
  next: Next,
  end: () => Promise<BridgedEnd>,
): void {
  calling(
    answerOf(endsession, req, end).then((answer) => send(answer, req, res)),
    (error) => error && next(error),
  );
}

async function answerOf(
  { http }: EndSession,
  req: IncomingMessage,
  end: () => Promise<BridgedEnd>,
): Promise<Response> {
  let exchange: Exchange | null = null;
  let answer: Response;
  try {
    exchange = readExchange(http, headOf(req), clientOf(req));
    if (req.method !== "POST") throw wrongMethod();
    refuseCrossSite(exchange);
    const { receipt, cookies } = await end().catch((error: unknown) => {
      http.core.logger.error({ error }, "revocation failed");
      throw unavailable();
    });
    const body = endedBody("Logout successful", http.core.clock.now(), receipt);
    answer = exchange.wantsPage
      ? seeOther(afterLogout(exchange, undefined), { cookies })
      : json(body, { cookies });
  } catch (error) {
    const page = exchange?.wantsPage ?? false;
    answer = await failure(http, exchange, error, { page, next: null });
  }
  answer.headers.set("cache-control", "no-store");
  return answer;
}

function wrongMethod(): Problem {
  return new Problem("methodNotAllowed", {
    detail: "A logout is a POST: links and prefetches end nothing.",
    headers: { allow: "POST" },
  });
}

/** The cookie stays: it is the credential that the retry needs. */
function unavailable(): Problem {
  return new Problem("revocationUnavailable", {
    detail: "It is not known whether the session has ended. Send the request again.",
    headers: { "retry-after": "2" },
  });
}
