/** `endsession/client/bearer`: access tokens for the browser client, instead of a session cookie. */
export { bearer, type BearerOptions } from "./client/bearer.ts";
