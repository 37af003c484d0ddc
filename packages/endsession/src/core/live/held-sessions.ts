/** Sessions that are held, and what a check asks of them. Moments are milliseconds of the memory. */
import type { Agent } from "./agents.ts";
import { Chains, grown, none, numberOf, Places } from "./chains.ts";
import { HeldUsers } from "./held-users.ts";
import type { Session } from "../session.ts";

const leastPlaces = 64;
/** The revision of what is forgotten; those of users are not negative. */
const forgotten = -1;

/** What a check asks of a session lies side by side: so many numbers, in this order. */
const fields = 4;
/** The place of its user. */
const user = 0;
/** The user's revision when the session was read. */
const revision = 1;
/** See {@link HeldTimes}. */
const deadline = 2;
const touch = 3;

/** The times of a session. */
export interface HeldTimes {
  /** From when on it is past one of its timeouts. */
  readonly deadline: number;
  /** From when on activity is to be written down. */
  readonly touchAt: number;
}

/** Sessions by their ids. A place is kept while credentials lead there, also when it is forgotten. */
export class HeldSessions {
  readonly #users = new HeldUsers();
  readonly #places = new Places();
  readonly #chains = new Chains();
  #sessions: (Session | null)[] = [];
  /** The requests by cookie whose devices were last found to be the sessions' own. */
  #agents: (Agent | null)[] = [];
  #idleTimeouts: (number | null)[] = [];
  #records = new Float64Array(fields * leastPlaces);
  /** How many credentials lead here. */
  #credentials = new Int32Array(leastPlaces);
  /** 1 where a fresh proof is demanded; here, since the session itself lies far away. */
  #stale = new Int32Array(leastPlaces);
  #hand = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The place of a session, or {@link none}. */
  find(id: string): number {
    let place = this.#chains.first(numberOf(id));
    while (place !== none && this.#sessions[place]?.id !== id) place = this.#chains.after(place);
    return place;
  }

  /** Whether nothing has ended it since it was read. */
  isCurrent(place: number): boolean {
    return this.#get(place, revision) === this.#users.revisionOf(this.#get(place, user));
  }

  /** The session at a place that is not forgotten. */
  at(place: number): Session {
    return this.#sessions[place] as Session;
  }

  /** Whether a policy demands a fresh proof. */
  isStale(place: number): boolean {
    return this.#stale[place] === 1;
  }

  tenantOf(place: number): string {
    return this.#users.tenantOf(this.#get(place, user));
  }

  agentOf(place: number): Agent | null {
    return this.#agents[place] as Agent | null;
  }

  deadlineOf(place: number): number {
    return this.#get(place, deadline);
  }

  touchAtOf(place: number): number {
    return this.#get(place, touch);
  }

  idleTimeoutOf(place: number): number | null {
    return this.#idleTimeouts[place] as number | null;
  }

  /** Holds a session as it was just read. */
  hold(session: Session, idleTimeout: number | null, times: HeldTimes): void {
    let place = this.find(session.id);
    if (place === none) {
      place = this.#places.take();
      if (place >= this.#credentials.length) this.#grow();
      this.#chains.add(numberOf(session.id), place);
      this.#set(place, user, this.#users.join(session.tenantId, session.userId));
      this.#credentials[place] = 0;
      this.#agents[place] = null;
      this.#size += 1;
    }
    const owner = this.#get(place, user);
    this.#idleTimeouts[place] = idleTimeout;
    this.#set(place, revision, this.#users.revisionOf(owner));
    // The names of tenant and user are kept once, however many sessions they have.
    const tenantId = this.#users.tenantOf(owner);
    this.change(place, { ...session, tenantId, userId: this.#users.idOf(owner) }, times);
  }

  /** The session has changed, and not ended. */
  change(place: number, session: Session, times: HeldTimes): void {
    this.#sessions[place] = session;
    this.#set(place, deadline, times.deadline);
    this.#set(place, touch, times.touchAt);
    this.#stale[place] = session.reauthenticationRequired ? 1 : 0;
  }

  setAgent(place: number, agent: Agent): void {
    this.#agents[place] = agent;
  }

  setTouchAt(place: number, at: number): void {
    this.#set(place, touch, at);
  }

  /** Another credential leads here. */
  lead(place: number): void {
    this.#credentials[place] = (this.#credentials[place] as number) + 1;
  }

  /** A credential less leads here; without any, the session is forgotten. */
  leave(place: number): void {
    const left = (this.#credentials[place] as number) - 1;
    this.#credentials[place] = left;
    if (left > 0) return;
    if (this.#sessions[place]) this.forget(place);
    else this.#places.giveBack(place);
  }

  /** Forgets a session, whatever leads there. */
  forget(place: number): void {
    this.#chains.remove(place);
    this.#sessions[place] = null;
    this.#set(place, revision, forgotten);
    this.#users.leave(this.#get(place, user));
    this.#size -= 1;
    if (this.#credentials[place] === 0) this.#places.giveBack(place);
  }

  /** Forgets one that has been held for long. */
  forgetOldest(): void {
    do {
      this.#hand = this.#hand + 1 < this.#places.end ? this.#hand + 1 : 0;
    } while (!this.#sessions[this.#hand]);
    this.forget(this.#hand);
  }

  /** Ends all sessions of a user, of a tenant, or of everybody: one number a user, however many. */
  raise(tenantId: string | null, userId: string | null): void {
    this.#users.raise(tenantId, userId);
  }

  clear(): void {
    this.#users.clear();
    this.#places.clear();
    this.#chains.clear();
    this.#sessions = [];
    this.#agents = [];
    this.#idleTimeouts = [];
    this.#hand = 0;
    this.#size = 0;
  }

  #get(place: number, field: number): number {
    return this.#records[fields * place + field] as number;
  }

  #set(place: number, field: number, value: number): void {
    this.#records[fields * place + field] = value;
  }

  #grow(): void {
    this.#records = grown(this.#records);
    this.#credentials = grown(this.#credentials);
    this.#stale = grown(this.#stale);
  }
}
