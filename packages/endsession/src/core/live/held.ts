/** What is remembered of one session; small, since there may be a hundred thousand of them. */
import type { Agent } from "./agents.ts";
import type { Authentication } from "../authenticate.ts";
import type { Session } from "../session.ts";

/** What the holder of a credential is answered. */
export type Answer = Authentication;

/** A tenant with remembered sessions. Its revision rises when all of its sessions end. */
export interface Tenant {
  revision: number;
  users: number;
}

/** A user with remembered sessions. Its revision rises when all of its sessions end. */
export interface User {
  revision: number;
  sessions: number;
  readonly tenant: Tenant;
}

/** A remembered session. */
export interface Held {
  session: Session;
  readonly idleTimeout: number | null;
  /** From when on activity is to be written down. */
  touchAt: number;
  readonly user: User;
  live: boolean;
  userRevision: number;
  tenantRevision: number;
  installationRevision: number;
  /** How many credentials lead here. */
  credentials: number;
  /** The request by cookie whose device was last found to be the session's own. */
  agent: Agent | null;
  /** The answer, made once. */
  answer: Answer | null;
}

/** In a flight's `moved`: everything has. */
export const whatever = "*";
