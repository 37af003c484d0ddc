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

  constructor(kysely: Kysely<Tables>) {
    this.#kysely = kysely;
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

  async #execute(client: PostgresClient, call: Call): Promise<Result> {
    const { text, parameters } = this.#compile(call);
    const values = bind(parameters, call);
    const name = `endsession_${call.statement.name}`;
    const { rows, rowCount } = await client.query({ name, text, values, types });
    return { rows, changes: rowCount ?? 0 };
  }

  #compile({ statement }: Call): Compiled {
    const known = this.#compiled.get(statement.name);
    if (known) return known;
    const { sql, parameters } = statement.build(this.#kysely, postgresFlavour).compile();
    const compiled = { text: sql, parameters };
    this.#compiled.set(statement.name, compiled);
    return compiled;
  }
}
