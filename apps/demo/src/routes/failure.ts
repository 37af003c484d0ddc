/** What is answered when there is nothing to answer, or when something broke. */
import type { ErrorRequestHandler, Request, RequestHandler, Response } from "express";
import { EndSessionError, type EndSession, type Logger } from "endsession";
import type { Accounts } from "../accounts.ts";
import { type Message, messagePage } from "../pages/message.ts";
import { visitorOf } from "./visitor.ts";

/** Answers every address that nothing else has answered with a 404. */
export function notFound(endsession: EndSession, accounts: Accounts): RequestHandler {
  return async (req, res) => {
    const visitor = await visitorOf(endsession, accounts, req, res);
    answer(
      { status: 404, title: "Page not found", text: "There is no page at this address." },
      visitor?.email ?? null,
      req,
      res,
    );
  };
}

/** Answers errors. What happened is for the log; the person learns what can be done. */
export function failure(logger: Logger): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    if (res.headersSent) return next(error);
    const message = messageOf(error);
    if (message.status >= 500) {
      logger.error({ error, method: req.method, path: req.path }, "a request failed");
    }
    if (message.status === 503) res.set("Retry-After", "2");
    answer(message, null, req, res);
  };
}

function messageOf(error: unknown): Message {
  if (error instanceof EndSessionError && error.code === "ERR_STORE_UNAVAILABLE") {
    return {
      status: 503,
      title: "One moment, please",
      text: "Sessions cannot be checked right now. Please try again in a few seconds.",
    };
  }
  const status = statusOf(error);
  if (status !== null) {
    return { status, title: "That did not work", text: "The request could not be understood." };
  }
  return {
    status: 500,
    title: "Something went wrong",
    text: "The mistake is on our side, and it is written down. Please try again.",
  };
}

/** The status of an error that the client caused, such as a form that is too large. */
function statusOf(error: unknown): number | null {
  if (!(error instanceof Error) || !("status" in error)) return null;
  const { status } = error;
  return typeof status === "number" && status >= 400 && status < 500 ? status : null;
}

function answer(message: Message, email: string | null, req: Request, res: Response): void {
  const { status, title, text } = message;
  res.status(status);
  if (req.accepts(["html", "json"]) === "html") {
    res.send(messagePage(message, email));
  } else {
    const problem = { type: "about:blank", title, status, detail: text, code: status, msg: title };
    res.type("application/problem+json").send(JSON.stringify(problem));
  }
}
