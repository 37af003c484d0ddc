/** Answers of the service's own routes, in the form of the library's. */
import type { ServerResponse } from "node:http";

/** Sends JSON. */
export function sendJson(
  to: ServerResponse,
  status: number,
  body: object,
  type = "application/json",
): void {
  to.statusCode = status;
  to.setHeader("content-type", type);
  to.setHeader("cache-control", "no-store");
  to.end(JSON.stringify(body));
}

/** Sends a problem (RFC 9457). */
export function sendProblem(
  to: ServerResponse,
  status: number,
  name: string,
  title: string,
  detail: string,
): void {
  const type = `urn:endsession:problem:${name}`;
  const body = { type, title, status, detail, code: status, msg: title };
  sendJson(to, status, body, "application/problem+json");
}
