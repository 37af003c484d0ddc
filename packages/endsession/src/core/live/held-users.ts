/** Users of whom sessions are held, and the revisions by which all their sessions end at once. */
import { none, Places } from "./chains.ts";

interface Tenant {
  readonly id: string;
  /** Places by the users' ids. */
  readonly users: Map<string, number>;
}

/** The users by tenant and id. */
export class HeldUsers {
  readonly #places = new Places();
  readonly #known = new Map<string, Tenant>();
  #ids: string[] = [];
  #tenants: Tenant[] = [];
  #sessions: number[] = [];
  #revisions: number[] = [];

  /** The place of a user, or {@link none}. */
  find(tenantId: string, userId: string): number {
    return this.#known.get(tenantId)?.users.get(userId) ?? none;
  }

  tenantOf(user: number): string {
    return (this.#tenants[user] as Tenant).id;
  }

  idOf(user: number): string {
    return this.#ids[user] as string;
  }

  /** Sessions that were read under another revision have ended, or must be read anew. */
  revisionOf(user: number): number {
    return this.#revisions[user] as number;
  }

  /** Counts another session of a user. */
  join(tenantId: string, userId: string): number {
    let tenant = this.#known.get(tenantId);
    if (!tenant) {
      tenant = { id: tenantId, users: new Map() };
      this.#known.set(tenantId, tenant);
    }
    let user = tenant.users.get(userId);
    if (user === undefined) {
      user = this.#places.take();
      tenant.users.set(userId, user);
      this.#ids[user] = userId;
      this.#tenants[user] = tenant;
      this.#sessions[user] = 0;
      this.#revisions[user] = 0;
    }
    this.#sessions[user] = (this.#sessions[user] as number) + 1;
    return user;
  }

  /** Counts a session less; a user without any is forgotten. */
  leave(user: number): void {
    const left = (this.#sessions[user] as number) - 1;
    this.#sessions[user] = left;
    if (left > 0) return;
    const { id, users } = this.#tenants[user] as Tenant;
    users.delete(this.idOf(user));
    if (users.size === 0) this.#known.delete(id);
    this.#places.giveBack(user);
  }

  /** Ends what these users have: one user, all of a tenant, or all there are. */
  raise(tenantId: string | null, userId: string | null): void {
    if (tenantId === null) {
      for (const tenant of this.#known.keys()) this.raise(tenant, null);
    } else if (userId === null) {
      for (const user of this.#known.get(tenantId)?.users.values() ?? []) this.#raise(user);
    } else {
      const user = this.find(tenantId, userId);
      if (user !== none) this.#raise(user);
    }
  }

  clear(): void {
    this.#places.clear();
    this.#known.clear();
    this.#ids = [];
    this.#tenants = [];
    this.#sessions = [];
    this.#revisions = [];
  }

  #raise(user: number): void {
    this.#revisions[user] = this.revisionOf(user) + 1;
  }
}
