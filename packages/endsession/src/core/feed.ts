/**
 * The feed: the ends in the order of their commits, and the instances that follow them. With it an
 * instance may answer from memory for a while, and whoever ends a session can tell when no
 * instance will accept it any more. The protocol is told in `docs/lease.md`, rule by rule.
 */
import type { Mark } from "./acts.ts";

/**
 * What has ended or changed, and must be forgotten. Without `sessionId` it is all of the user,
 * without `userId` all of the tenant, without `tenantId` all there is.
 */
export interface End {
  readonly tenantId: string | null;
  readonly userId: string | null;
  readonly sessionId: string | null;
  /** Why it ended; null for a session that goes on and must be read anew. */
  readonly reason: string | null;
  /** The audit record of the end; with it an end is known again. */
  readonly auditId: string | null;
  /** The epoch that a user, tenant or installation has since; null for the end of a session. */
  readonly epoch: number | null;
}

/** A running instance as the store knows it. */
export interface Member {
  readonly id: string;
  /** Rises with every poll of the instance. */
  readonly beat: number;
  /** The position up to which it has applied all ends; null for none yet. */
  readonly applied: Mark | null;
  /** Its B: how long it may answer from memory after a poll was sent, in milliseconds. */
  readonly bound: number;
}

/** What there is to see at one moment. */
export interface Sight {
  /** The position of this moment: all ends up to it are visible. */
  readonly position: Mark;
  /**
   * Which life of which history of the database this is. It changes when the server restarts, a
   * standby takes over or a backup is restored: heartbeats may be lost with it.
   */
  readonly incarnation: string;
  /** All instances, dead ones too as long as nobody has removed them. */
  readonly members: readonly Member[];
}

/** What a read of the feed tells. */
export interface News extends Sight {
  /**
   * Every visible end that was not visible at the position read from; null when there are more than
   * were asked for: whoever is that far behind forgets everything and begins at the present.
   */
  readonly ends: readonly End[] | null;
  /**
   * How often old ends were cleared away. One clearing removes only what was visible at the one
   * before it: who has missed two has missed ends.
   */
  readonly sweeps: number;
}

/** What others call out; it may get lost, and nothing but speed depends on it. */
export interface Listener {
  /** There are ends to read, says an instance, and perhaps which, with a proof that it is one. */
  woken(by: string, ends?: readonly End[], proof?: string): void;
  /** An instance has applied all ends up to a position. */
  acknowledged(id: string, applied: Mark): void;
}

/** The door to the feed. A method rejects when the store cannot be asked. */
export interface Feed {
  /**
   * Whether a living instance raises its beat at every poll, so that silence means death. Where
   * it does not, rows and acknowledgements are never lost, and whoever has not acknowledged B after
   * an end has no lease.
   */
  readonly beats: boolean;
  /** How often to poll, in milliseconds, unless told otherwise. */
  readonly interval: number;
  /** Adds an instance that has applied nothing yet. */
  join(id: string, bound: number): Promise<void>;
  /** Raises the beat and says what is applied. False when the instance was expelled or forgotten. */
  beat(id: string, applied: Mark | null): Promise<boolean>;
  /** Reads the ends since a position, if there are not more than `most`; from null on, the position of now and no ends. */
  read(since: Mark | null, most: number): Promise<News>;
  /** Sees who is there, and, unless they were told otherwise, tells them that there are ends. */
  call(id: string, aloud: boolean): Promise<Sight>;
  /** Tells the others what this instance has applied. */
  acknowledge(id: string, applied: Mark): Promise<void>;
  /**
   * Expels an instance that does not acknowledge; its next beat finds that out. Others must go on
   * seeing it, for as long as it may answer from memory.
   */
  expel(id: string): Promise<void>;
  /** Clears away the row of an instance that is gone. */
  forget(id: string): Promise<void>;
  /** Whether all that was committed at `end` is among what `applied` has seen. */
  covers(applied: Mark, end: Mark): boolean;
  /** Listens from now on. */
  listen(listener: Listener): void;
}
