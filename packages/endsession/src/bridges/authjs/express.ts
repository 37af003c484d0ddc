/** The routes of Auth.js in Express, which knows no fetch requests. */
import type { IncomingMessage } from "node:http";
import type { Middleware } from "../../adapters/connect.ts";
import { incomingOf, send } from "../../adapters/node.ts";
import type { EndSession } from "../../endsession.ts";
import type { Answer } from "../../http/answer.ts";
import { calling } from "../callbacks.ts";
import { type AuthLike, endingAuth } from "./handler.ts";

/** {@link endingAuth} for Express, in the place of `ExpressAuth`: `app.use("/auth", expressAuth(…))`. */
export function expressAuth<C extends object>(
  endsession: EndSession,
  auth: AuthLike<C>,
  config: C,
  options: { readonly tenantId?: string } = {},
): Middleware {
  const handle = endingAuth(endsession, auth, config, options);
  return (req, res, next) =>
    calling(
      Promise.resolve()
        .then(() => toRequest(req))
        .then(handle)
        .then(toAnswer)
        .then((answer) => send(answer, req, res)),
      (error) => error && next(error),
    );
}

async function toRequest(req: IncomingMessage): Promise<Request> {
  const incoming = incomingOf(req);
  const { method, url } = incoming;
  const named = [...incoming.headers].filter(([name]) => !name.startsWith(":"));
  const headers = Object.fromEntries(named);
  if (method === "GET" || method === "HEAD") return new Request(url, { method, headers });
  if (incoming.bodyLost) {
    throw new TypeError(
      "The body of this request was read before Auth.js saw it. Mount expressAuth before whatever " +
        "reads bodies, or behind a parser that leaves req.body.",
    );
  }
  const body = await incoming.text(Number.POSITIVE_INFINITY);
  return new Request(url, { method, headers, body });
}

async function toAnswer(response: Response): Promise<Answer> {
  const { status, headers } = response;
  const others = [...headers].filter(([name]) => name !== "set-cookie");
  const body = new Uint8Array(await response.arrayBuffer());
  return { status, headers: Object.fromEntries(others), cookies: headers.getSetCookie(), body };
}
