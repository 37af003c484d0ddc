/**
 * What an adapter must do, on a real server of its framework: one function, called by the test of
 * each framework.
 */
import { describe } from "vitest";
import { faults, lostBodies, sentHeads } from "./contract/faults.ts";
import { matrix } from "./contract/matrix.ts";
import { opener } from "./contract/opened.ts";
import { ownRoutes } from "./contract/own-routes.ts";
import { races } from "./contract/races.ts";
import { scanned } from "./contract/scanned.ts";
import { surroundings } from "./contract/surroundings.ts";
import { longBodies, wire } from "./contract/wire.ts";
import type { StartApp } from "./scene.ts";

/** What cannot happen in a framework, and therefore is not tested there. */
export interface ContractOptions {
  /**
   * Whether something can send the head of an answer before endsession is asked, and the framework
   * survives it (default true). Where a handler returns a `Response`, nothing can.
   */
  readonly sendsEarly?: boolean;
  /**
   * Whether something can read the body of a request before the routes of endsession are asked
   * (default true). A file that is a route by its name cannot be preceded.
   */
  readonly readsBefore?: boolean;
  /**
   * Whether a request can be answered before all of its body has come (default true). Next.js waits
   * for the whole, which its proxy might read as well.
   */
  readonly answersEarly?: boolean;
}

/** Tests an adapter by an application of {@link StartApp}'s. */
export function adapterContract(
  name: string,
  start: StartApp,
  { sendsEarly = true, readsBefore = true, answersEarly = true }: ContractOptions = {},
): void {
  describe(`the adapter of ${name}`, () => {
    const open = opener(start);
    ownRoutes(open);
    matrix(open);
    wire(open);
    if (answersEarly) longBodies(open);
    races(open);
    faults(open);
    if (readsBefore) lostBodies(open);
    if (sendsEarly) sentHeads(open);
    surroundings(open);
    scanned(name, open);
  });
}
