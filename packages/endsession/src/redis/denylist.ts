/**
 * The denylist for verifiers in other languages, which check access tokens by themselves. Their
 * rule is told in docs/scale.md: refuse a token whose `sid` or `jti` is listed, whose
 * `auth_version` is below its user's, or which was issued no later than its tenant's end.
 *
 * Every key lives as long as the tokens that it speaks of. Whoever listed it lists it again when
 * Redis comes back empty.
 */
import type { Denied } from "../core/accelerator.ts";
import type { Connection } from "./connection.ts";

interface Entry {
  readonly value: string;
  readonly until: number;
}

/** How many entries are kept for listing them again. */
const most = 100_000;
/** Clocks of verifiers may be behind by so many milliseconds. */
const skew = 60_000;

/** Lists what has ended. */
export class Denylist {
  readonly #connection: Connection;
  readonly #prefix: string;
  readonly #listed = new Map<string, Entry>();
  readonly #pending = new Set<string>();
  #writing: Promise<void> | null = null;

  constructor(connection: Connection, prefix: string) {
    this.#connection = connection;
    this.#prefix = prefix;
    connection.onReady(() => this.#listAgain());
  }

  /** Lists ends; resolves when they are listed, or when that takes too long and is put off. */
  async add(denied: readonly Denied[]): Promise<void> {
    for (const one of denied) {
      const entry = entryOf(one);
      if (!entry) continue;
      const [key, value] = entry;
      this.#listed.delete(key);
      this.#listed.set(key, { value, until: one.until + skew });
      this.#pending.add(key);
    }
    this.#forgetOld();
    if (!this.#connection.ready()) return;
    await this.#write();
  }

  #listAgain(): void {
    for (const key of this.#listed.keys()) this.#pending.add(key);
    this.#forgetOld();
    void this.#write();
  }

  /** Writes what is pending; what fails stays pending, and is written when Redis is back. */
  async #write(): Promise<void> {
    await this.#writing;
    this.#writing = this.#writeAll();
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    const keys = [...this.#pending];
    this.#pending.clear();
    const writes = keys.map(async (key) => {
      const entry = this.#listed.get(key);
      if (!entry) return;
      try {
        const { value, until } = entry;
        await this.#connection.command("SET", this.#prefix + key, value, "PXAT", String(until));
      } catch {
        this.#pending.add(key);
      }
    });
    await Promise.all(writes);
  }

  #forgetOld(): void {
    const now = Date.now();
    for (const [key, { until }] of this.#listed) {
      if (until > now && this.#listed.size <= most) break;
      this.#listed.delete(key);
      this.#pending.delete(key);
    }
  }
}

function entryOf(denied: Denied): readonly [key: string, value: string] | null {
  if ("tokenId" in denied) return [`jti:${denied.tokenId}`, "revoked"];
  const { tenantId, userId, sessionId, epoch, reason } = denied.end;
  if (reason === null) return null;
  if (sessionId !== null) return [`sid:${sessionId}`, reason];
  const now = String(Math.floor(Date.now() / 1000));
  if (tenantId === null) return ["installation", now];
  if (userId === null) return [`tenant:${encodeURIComponent(tenantId)}`, now];
  return [`user:${encodeURIComponent(tenantId)}:${userId}`, String(epoch ?? 0)];
}
