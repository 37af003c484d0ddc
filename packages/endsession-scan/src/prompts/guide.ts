/** What a framework's file has to say: how its sessions work, and where its logout goes wrong. */
import type { Framework } from "../framework.ts";

/** What a fix can be about. A guide speaks to each of them, so that no prompt is left without. */
export const topics = [
  "store",
  "logout",
  "delete-cookie",
  "cookie-flags",
  "post-only",
  "new-id",
  "remember-me",
  "everywhere",
  "tokens",
  "caching",
  "races",
  "channels",
  "redirect",
  "cors",
  "errors",
  "client",
] as const;
export type Topic = (typeof topics)[number];

/** What a test of the framework's own is written with. Paths begin with `/`. */
export interface TestPaths {
  readonly logout: string;
  readonly logoutMethod: string;
  readonly private: string;
  /** `https://host` of the application, for an Origin header. */
  readonly origin: string;
  /** How the private address answers to a signed-in, and to an anonymous request. */
  readonly signedIn: number;
  readonly anonymous: number;
}

/**
 * `replay`: credentials captured before the logout are refused after it.
 * `get`: a GET of the logout address leaves the session alive.
 */
export type TestKind = "replay" | "get";

export interface Guide {
  readonly framework: Framework;
  /** As a sentence names it. */
  readonly name: string;
  readonly advice: Readonly<Record<Topic, readonly string[]>>;
  /** The framework's own test tool, or `null` where there is none to name. */
  readonly test: {
    readonly tool: string;
    readonly language: string;
    code(paths: TestPaths, kind: TestKind): string;
  } | null;
}
