/** What is remembered of one session; small, since there may be a hundred thousand of them. */
import type { Agent } from "./agents.ts";
import type { Authentication } from "../authenticate.ts";

/** What the holder of a credential is answered. */
export type Answer = Authentication;

/** A tenant with remembered sessions. Its revision rises when all of its sessions end. */
export interface Tenant {
  readonly id: string;
  revision: number;
  readonly users: Map<string, User>;
}

/** A user with remembered sessions. Its revision rises when all of its sessions end. */
export interface User {
  readonly id: string;
  readonly tenant: Tenant;
  revision: number;
  sessions: number;
}

/** A remembered session. Moments are milliseconds since the memory began: small numbers. */
export interface Held {
  readonly user: User;
  /**
   * The sum of the revisions of its user, its tenant and the installation when it was read. They
   * only rise, so the sum is the same only while each of them is. -1 once the session is forgotten.
   */
  revision: number;
  /** From when on it is past one of its timeouts. */
  deadline: number;
  /** From when on activity is to be written down. */
  touchAt: number;
  /** The request by cookie whose device was last found to be the session's own. */
  agent: Agent | null;
  /** The answer, made once. */
  answer: Extract<Answer, { readonly outcome: "live" | "stale" }>;
  readonly idleTimeout: number | null;
  /** How many credentials lead here. */
  credentials: number;
}

/** In a flight's `moved`: everything has. */
export const whatever = "*";
