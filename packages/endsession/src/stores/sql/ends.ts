/** Notes what the acts of a commit end, as they write it. */
import type { Mark } from "../../core/acts.ts";
import type { End } from "../../core/feed.ts";
import { placeOfNow } from "./acts/audit.ts";
import type { Call, Result } from "./statement.ts";

/** The ends of one commit, act by act. */
export class EndsOfCommit {
  readonly ends: readonly End[][];
  /** Where the last of them stands, or what is waited for without one. */
  position: Mark | null = null;
  #act = 0;

  constructor(acts: number) {
    this.ends = Array.from({ length: acts }, () => []);
  }

  /** The statements that follow are those of this act, by its place in the commit. */
  begin(act: number): void {
    this.#act = act;
  }

  /** A statement was executed. */
  note({ statement, told }: Call, { rows }: Result): void {
    if (!told && statement !== placeOfNow) return;
    const places = rows as readonly { readonly place: string }[];
    this.position = places.at(-1)?.place ?? null;
    for (const { act = this.#act, end } of told ?? []) this.ends[act]?.push(end);
  }
}
