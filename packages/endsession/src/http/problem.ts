/**
 * Errors as answers: `application/problem+json` (RFC 9457) with the members `code` and `msg`, or
 * a page for a person whose browser has sent a form.
 */
import { type ProblemName, problems } from "../protocol/problems.ts";
import type { Answer } from "./answer.ts";
import { json } from "./respond.ts";

/** What a problem may say besides its kind. */
export interface ProblemDetails {
  /** What happened here and what to do, for people. */
  readonly detail: string;
  /** Why a session is over; only for the holder of its credential. */
  readonly reason?: string;
  /** Headers of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether a person must read it, and is not just sent to the sign-in page. */
  readonly mustBeRead?: boolean;
  /** Set-Cookie headers to send along with it. */
  readonly cookies?: readonly string[];
  /** More members. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** Thrown by a route that cannot go on; the handler turns it into the answer. */
export class Problem extends Error {
  override readonly name: string = "Problem";
  readonly kind: ProblemName;
  readonly details: ProblemDetails;
  /** What frameworks answer with where one reaches them. */
  readonly status: number;

  constructor(kind: ProblemName, details: ProblemDetails) {
    // What was asked is at fault, and no line of code: to record where takes longer than to answer.
    const { stackTraceLimit } = Error;
    Reflect.set(Error, "stackTraceLimit", 0);
    super(details.detail);
    Reflect.set(Error, "stackTraceLimit", stackTraceLimit);
    this.kind = kind;
    this.details = details;
    this.status = problems[kind].status;
  }
}

/** The problem types: names, not places to look up. */
const typeBase = "urn:endsession:problem:";
const quotaType = "https://iana.org/assignments/http-problem-types#quota-exceeded";

/** The answer to a program. */
export function problemAnswer(kind: ProblemName, details: ProblemDetails): Answer {
  const { name, status, title } = problems[kind];
  const body = {
    type: kind === "quotaExceeded" ? quotaType : typeBase + name,
    title,
    status,
    detail: details.detail,
    code: status,
    msg: title,
    ...(details.reason === undefined ? {} : { reason: details.reason }),
    ...details.members,
  };
  const headers = { "content-type": "application/problem+json", ...details.headers };
  const { cookies = [] } = details;
  return json(body, { status, headers, cookies });
}
