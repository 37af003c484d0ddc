/** The failure of the store, as better-auth answers it. */

/** An error in the form that better-auth answers with, which it knows by its name. */
class ServiceUnavailable extends Error {
  override readonly name = "APIError";
  readonly status = "SERVICE_UNAVAILABLE";
  readonly statusCode = 503;
  readonly headers = { "retry-after": "2" };
  readonly body = {
    code: "SESSION_STORE_UNAVAILABLE",
    message: "It is not known whether the session is live, or has ended. Try again in a moment.",
  };
}

/** Throws it. */
export function unavailable(cause: unknown): never {
  throw new ServiceUnavailable("The session store does not answer.", { cause });
}
