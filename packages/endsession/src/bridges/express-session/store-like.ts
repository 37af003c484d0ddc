/** The stores of express-session, described by what is used of them. */
import type { IncomingMessage } from "node:http";
import type { Presented } from "../../core/resolve.ts";
import type { Callback } from "../callbacks.ts";

/** A store of express-session, as much of it as is used. */
export interface StoreLike<D> {
  get(sid: string, callback: (error: unknown, data?: D | null) => void): void;
  set(sid: string, data: D, callback?: (error?: unknown) => void): void;
  destroy(sid: string, callback?: (error?: unknown) => void): void;
}

/** The data of a store's sessions. */
export type DataOf<S> = S extends { set(sid: string, data: infer D): void } ? D : never;

/** Options of {@link endingStore}. */
export interface EndingStoreOptions<D> {
  /** The user whom a session's data mean; undefined as long as nobody is signed in. */
  readonly userId: (data: D) => string | undefined;
  /** The tenant (default `default`). */
  readonly tenantId?: string;
}

/** The data; those that express-session saves know their request. */
export type Data = { readonly id?: string; readonly req?: IncomingMessage };
/** What `all` gives: by id, or with the id among the data. */
export type Listing = readonly Data[] | Readonly<Record<string, Data>>;

/** What stores may have besides, and what express-session adds. */
export interface WholeStore extends StoreLike<Data> {
  touch?(sid: string, data: Data, callback?: Callback<void>): void;
  all?(callback: Callback<Listing>): void;
  length?(callback: Callback<number>): void;
  clear?(callback?: Callback<void>): void;
  regenerate?(req: IncomingMessage & { sessionID: string }, callback: Callback<void>): void;
  generate?(req: IncomingMessage): void;
}

/** Keeps the ids apart from those of other libraries. */
export const library = "express-session";

/** The id of a session as `sessions.authenticate` and `sessions.check` take it. */
export function presentedBy(sid: string): Presented {
  return { kind: "external", token: `${library}:${sid}` };
}
