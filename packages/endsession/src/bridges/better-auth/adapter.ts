/** better-auth's own ways to sessions, of all its routes and plugins. */
import type { EndSession } from "../../endsession.ts";
import type { Bound } from "../bound.ts";
import { type SessionRow, start } from "./start.ts";
import { unavailable } from "./unavailable.ts";

/** What better-auth's own code reads and ends sessions by. */
export interface InternalAdapter {
  createSession(...args: unknown[]): Promise<SessionRow | null>;
  findSession(token: string): Promise<unknown>;
  findSessions(tokens: string[], options?: unknown): Promise<unknown>;
  deleteSession(token: string): Promise<void>;
  deleteSessions(tokens: string[]): Promise<void>;
  deleteUserSessions(userId: string): Promise<void>;
}

/** The same for one request: ends come first, and what has ended is not found. */
export function bridged(
  { sessions }: EndSession,
  bound: Bound,
  inner: InternalAdapter,
  tenantId: string | undefined,
): InternalAdapter {
  const tenant = tenantId === undefined ? {} : { tenantId };
  const isLive = async (token: string): Promise<boolean> =>
    (await bound.find(token).catch(unavailable)).outcome === "live";
  const ended = (tokens: readonly string[]): Promise<unknown> =>
    sessions
      .end(
        tokens.map((token) => bound.presented(token)),
        tenant,
      )
      .catch(unavailable);
  return {
    ...inner,
    async createSession(...args) {
      const row = await inner.createSession(...args);
      if (row) await start(bound, row).catch(unavailable);
      return row;
    },
    findSession: async (token) => ((await isLive(token)) ? inner.findSession(token) : null),
    async findSessions(tokens, options) {
      const live = await Promise.all(tokens.map(isLive));
      return inner.findSessions(
        tokens.filter((_, index) => live[index]),
        options,
      );
    },
    async deleteSession(token) {
      await ended([token]);
      await inner.deleteSession(token);
    },
    async deleteSessions(tokens) {
      await ended(tokens);
      await inner.deleteSessions(tokens);
    },
    async deleteUserSessions(userId) {
      await sessions.endAll({ userId, ...tenant }).catch(unavailable);
      await inner.deleteUserSessions(userId);
    },
  };
}
