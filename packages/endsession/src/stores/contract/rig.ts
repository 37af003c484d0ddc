/** A store with the few calls that the contract's cases are told in. */
import { strictEqual } from "node:assert/strict";
import type { Act, NewSession, OutcomeOf, RotateFamily } from "../../core/acts.ts";
import type { Cause } from "../../core/audit.ts";
import type { SessionRecord } from "../../core/session.ts";
import type { Store } from "../../core/store.ts";
import type { EndReason } from "../../protocol/reasons.ts";

/** One case of the contract. */
export type Case = (rig: Rig) => Promise<void>;

/** The tenant of the cases. */
export const tenantId: string = "default";
/** When the cases begin, in milliseconds since 1970. */
export const start: number = 1_800_000_000_000;
/** An hour in milliseconds. */
export const hour: number = 3_600_000;

type EndSessionAct = Extract<Act, { kind: "end_session" }>;
type SpendOutcome = OutcomeOf<Extract<Act, { kind: "spend_remember_me" }>>;

/** A store with the few calls that the cases are told in. */
export class Rig {
  readonly store: Store;
  #count = 0;

  constructor(store: Store) {
    this.store = store;
  }

  async commit<A extends Act>(act: A): Promise<OutcomeOf<A>> {
    const { outcomes } = await this.store.commit([act]);
    return outcomes[0] as OutcomeOf<A>;
  }

  /** A session with every kind of credential, unless told otherwise. */
  draft(over: Partial<NewSession> = {}): NewSession {
    this.#count += 1;
    const name = `${this.#count}`;
    return {
      id: `sid-${name}`,
      tenantId,
      userId: "ada",
      tokenHash: `token-${name}`,
      createdAt: start,
      authenticatedAt: start,
      lastSeenAt: start,
      expiresAt: start + 24 * hour,
      idleTimeout: hour,
      methods: ["pwd"],
      device: { name: "Firefox on Linux", browser: "Firefox", platform: "Linux" },
      place: null,
      family: {
        id: `family-${name}`,
        clientId: null,
        tokenHash: `refresh-${name}-0`,
        expiresAt: start + 24 * hour,
        idleExpiresAt: start + 12 * hour,
      },
      series: {
        selector: `series-${name}`,
        verifierHash: `verifier-${name}-0`,
        expiresAt: start + 720 * hour,
      },
      auditId: `start-${name}`,
      actor: "user",
      address: "192.0.2.7",
      ...over,
    };
  }

  async begin(over: Partial<NewSession> = {}): Promise<NewSession> {
    const session = this.draft(over);
    const outcome = await this.commit({
      kind: "start",
      session,
      after: null,
      replaces: [],
      forgets: [],
      limit: null,
    });
    strictEqual(outcome.outcome, "started");
    return session;
  }

  cause(reason: EndReason = "logout", at: number = start + 1000): Cause {
    this.#count += 1;
    return { auditId: `end-${this.#count}`, at, actor: "user", reason, address: null };
  }

  async byId(sessionId: string, tenant: string = tenantId): Promise<SessionRecord | undefined> {
    const [record] = await this.store.find([{ by: "id", tenantId: tenant, sessionId }]);
    return record;
  }

  async audited(type: string): Promise<number> {
    const query = { kind: "audit", tenantId, userId: null, before: null, limit: 1000 } as const;
    const entries = await this.store.query(query);
    return entries.filter((entry) => entry.type === type).length;
  }

  end(sessionId: string, cause: Cause = this.cause()): Promise<OutcomeOf<EndSessionAct>> {
    return this.commit({ kind: "end_session", tenantId, sessionId, cause });
  }

  raise(
    userId: string | null,
    tenant: string | null = tenantId,
  ): Promise<OutcomeOf<Extract<Act, { kind: "raise_epoch" }>>> {
    const scope = { tenantId: tenant, userId };
    return this.commit({ kind: "raise_epoch", scope, keep: null, cause: this.cause("logout_all") });
  }

  rotate(session: NewSession, generation: number, at: number): Promise<{ done: boolean }> {
    return this.commit(this.rotation(session, generation, at));
  }

  rotation(session: NewSession, generation: number, at: number): RotateFamily {
    const name = session.family?.id.replace("family-", "") ?? "";
    return {
      kind: "rotate",
      familyId: session.family?.id ?? "",
      generation,
      tokenHash: `refresh-${name}-${generation}`,
      nextHash: `refresh-${name}-${generation + 1}`,
      sealedSuccessor: `sealed-${generation + 1}`,
      idleExpiresAt: start + 12 * hour,
      at,
    };
  }

  spend(
    session: NewSession,
    generation: number,
    draft: NewSession = this.draft(),
  ): Promise<SpendOutcome> {
    const { selector = "" } = session.series ?? {};
    const name = selector.replace("series-", "");
    return this.commit({
      kind: "spend_remember_me",
      selector,
      verifierHash: `verifier-${name}-${generation}`,
      nextVerifierHash: `verifier-${name}-${generation + 1}`,
      sealedSuccessor: `sealed-${name}-${generation + 1}`,
      grace: 10_000,
      session: { ...draft, tenantId: session.tenantId },
      limit: null,
    });
  }
}
