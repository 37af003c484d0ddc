/**
 * For tests of an application's own: capture what authenticates, log out, and assert that it is
 * dead. Works with any test runner, and with Playwright, supertest or `fetch`; imports none of them.
 */
export { capture } from "./testing/capture.ts";
export type { CaptureOptions } from "./testing/capture.ts";
export type { Captured } from "./testing/captured.ts";
export { SessionDeadError, SessionStillAliveError } from "./testing/errors.ts";
export type { Acceptance } from "./testing/errors.ts";
export { expectAlive, expectDead } from "./testing/expect.ts";
export type { Alive, Dead, DeadOptions } from "./testing/expect.ts";
export type { ProbeRequest } from "./testing/questions.ts";
export type {
  AnswerLike,
  ContextLike,
  CookieLike,
  Credentials,
  From,
  PageLike,
  SetCookieLike,
} from "./testing/sources.ts";
export { ScanError } from "./scan-error.ts";
