/** Errors of the OAuth endpoints (RFC 6749 section 5.2). */
import type { Answer } from "./answer.ts";
import { json } from "./respond.ts";

/** The error codes that are used. */
export type OAuthErrorCode =
  | "invalid_request"
  | "invalid_client"
  | "invalid_grant"
  | "unauthorized_client"
  | "unsupported_grant_type"
  | "temporarily_unavailable"
  | "server_error";

const statuses: Partial<Record<OAuthErrorCode, number>> = {
  invalid_client: 401,
  temporarily_unavailable: 503,
  server_error: 500,
};

/** An error answer. */
export function oauthError(
  error: OAuthErrorCode,
  description: string,
  members: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const status = statuses[error] ?? 400;
  const body = { error, error_description: description, code: status, msg: description };
  return json({ ...body, ...members }, { status, headers });
}
