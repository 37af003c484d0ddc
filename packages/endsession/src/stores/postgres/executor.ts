/** Runs steps on a connection: each statement compiled once, and prepared once a connection. */
import type { Kysely } from "kysely";
import type { EndsOfCommit } from "../sql/ends.ts";
import type { Tables } from "../sql/schema.ts";
import { bind, type Call, type Result, type Steps } from "../sql/statement.ts";
import { postgresFlavour } from "./flavour.ts";
import { type PostgresClient, types } from "./pool.ts";

interface Compiled {
  readonly text: string;
  readonly parameters: readonly unknown[];
}

/** Runs steps. */
export class Executor {
  readonly #kysely: Kysely<Tables>;
  readonly #compiled = new Map<string, Compiled>();

  readonly #alone: (text: string) => string;

  /** `alone` makes the text of a statement a transaction by itself. */
  constructor(kysely: Kysely<Tables>, alone: (text: string) => string) {
    this.#kysely = kysely;
    this.#alone = alone;
  }

  /** Runs steps to their end, one statement after the other. */
  async run<T>(client: PostgresClient, steps: Steps<T>, ended?: EndsOfCommit): Promise<T> {
    let step = steps.next();
    while (!step.done) {
      const result = await this.#execute(client, step.value);
      ended?.note(step.value, result);
      step = steps.next(result);
    }
    return step.value;
  }

  /** Runs steps of a single statement, which gives the rows that it has written, and commits it. */
  async runAlone<T>(client: PostgresClient, steps: Steps<T>): Promise<T> {
    const only = steps.next();
    if (only.done) return only.value;
    const result = await this.#execute(client, only.value, "alone");
    const end = steps.next(result);
    if (!end.done) throw new Error(`"${only.value.statement.name}" was not the only statement.`);
    return end.value;
  }

  async #execute(client: PostgresClient, call: Call, way?: "alone"): Promise<Result> {
    const name = way ? `${call.statement.name}_${way}` : call.statement.name;
    const { text, parameters } = this.#compile(name, call, way);
    const values = bind(parameters, call);
    const query = { name: `endsession_${name}`, text, values, types };
    const { rows, rowCount } = await client.query(query);
    return { rows, changes: rowCount ?? 0 };
  }

  #compile(name: string, { statement }: Call, way?: "alone"): Compiled {
    const known = this.#compiled.get(name);
    if (known) return known;
    const { sql, parameters } = statement.build(this.#kysely, postgresFlavour).compile();
    const compiled = { text: way ? this.#alone(sql) : sql, parameters };
    this.#compiled.set(name, compiled);
    return compiled;
  }
}
