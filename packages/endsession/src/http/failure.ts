/** Turns whatever went wrong into an answer: a problem, or for a person a page or the way to one. */
import { EndSessionError } from "../core/errors.ts";
import type { Answer } from "./answer.ts";
import type { Exchange, Http } from "./exchange.ts";
import { oauthError } from "./oauth.ts";
import { problemPage } from "./pages/problem-page.ts";
import { Problem, type ProblemDetails, problemAnswer } from "./problem.ts";
import { seeOther } from "./respond.ts";
import type { Route } from "./route.ts";
import type { ProblemName } from "../protocol/problems.ts";

/** For whom the answer is. */
export interface FailureOptions {
  /** The route that failed (default: a page of the application). */
  readonly route?: Route | undefined;
  /** The body it was given, for a form that can be sent again. */
  readonly body?: unknown;
  /** Whether a person reads the answer. */
  readonly page: boolean;
  /** Where a fresh proof of identity leads to; null for the default of its page. */
  readonly next: string | null;
}

const retryAfterSeconds = "2";

/** Gives the answer. `exchange` is null where the request could not even be read. */
export function failure(
  http: Http,
  exchange: Exchange | null,
  error: unknown,
  { route, body, page, next }: FailureOptions,
): Answer {
  const [kind, details] = problemOf(http, route, error);
  if (route?.oauth) return oauthFailure(kind, details);
  if (exchange === null || !page) return problemAnswer(kind, details);
  const { pages } = http.settings;
  const { cookies = [] } = details;
  if (kind === "reauthRequired") {
    const query = next === null ? "" : `?${new URLSearchParams({ next }).toString()}`;
    return seeOther(pages.reauthenticate + query, { cookies });
  }
  const signedOut = kind === "unauthenticated" || kind === "sessionEnded";
  if (signedOut && !details.mustBeRead) return seeOther(pages.signIn, { cookies });
  return problemPage(exchange, kind, details, body);
}

function problemOf(
  http: Http,
  route: Route | undefined,
  error: unknown,
): readonly [ProblemName, ProblemDetails] {
  if (error instanceof Problem) return [error.kind, error.details];
  const { logger } = http.core;
  const where = { method: route?.method, path: route?.path };
  if (error instanceof EndSessionError && error.code === "ERR_STORE_UNAVAILABLE") {
    const message = route?.ends ? "revocation failed" : "the session store failed";
    logger.error({ error, ...where }, message);
    const headers = { "retry-after": retryAfterSeconds };
    if (!route?.ends) {
      const detail = "The session store does not answer. Try again in a moment.";
      return ["storeUnavailable", { detail, headers }];
    }
    // The cookie stays: it is the credential that the retry needs.
    const detail = "It is not known whether the session has ended. Send the request again.";
    return ["revocationUnavailable", { detail, headers }];
  }
  logger.error({ error, ...where }, "a request failed");
  return ["internal", { detail: "Something went wrong here. Nothing is known to have changed." }];
}

function oauthFailure(kind: ProblemName, details: ProblemDetails): Answer {
  const { detail, headers = {} } = details;
  if (kind === "unauthenticated") return oauthError("invalid_client", detail, {}, headers);
  if (kind === "storeUnavailable" || kind === "revocationUnavailable") {
    return oauthError("temporarily_unavailable", detail, {}, headers);
  }
  if (kind === "internal") return oauthError("server_error", detail);
  return oauthError("invalid_request", detail, details.members ?? {}, headers);
}
