/** What an audit's fix demands, whatever the framework. */
import type { Facts } from "./facts.ts";
import type { TestKind, Topic } from "./guide.ts";
import type { Seen } from "./seen.ts";

export interface Remedy {
  /** The audit's id. */
  readonly audit: string;
  /** What of the framework's guide belongs to it. */
  readonly topics: readonly Topic[];
  readonly facts: readonly Facts[];
  /** What has to hold when the work is done. */
  readonly holds: readonly string[];
  /** What must not be changed, or is no fix. */
  readonly never: readonly string[];
  /** Shell commands with what they have to answer. */
  check(seen: Seen): readonly string[];
  /** The framework's test that fits, where one does. */
  readonly test?: TestKind;
  /** What `endsession-scan` needs besides the address to look at this again. */
  readonly options?: readonly string[];
}
