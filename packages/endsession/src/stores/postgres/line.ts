/** One connection that is kept, and made anew when it breaks; it hears what others call out. */
import { within } from "./connection.ts";
import { type PostgresClient, type PostgresPool, type PostgresResult, types } from "./pool.ts";

/** How long one statement may take, in milliseconds: after it the connection is given up. */
const limit = 2000;

/** The channel of NOTIFY. */
const channel = "endsession";

/** A kept connection. Its commits do not wait for the disk. */
export class Line {
  readonly #pool: PostgresPool;
  readonly #heard: (message: string) => void;
  #client: Promise<PostgresClient> | null = null;
  #closed = false;

  constructor(pool: PostgresPool, heard: (message: string) => void) {
    this.#pool = pool;
    this.#heard = heard;
  }

  /** Runs a statement, prepared under its name. */
  async run(name: string, text: string, values: unknown[]): Promise<PostgresResult> {
    if (this.#closed) throw new Error("The store is closed.");
    const opening = (this.#client ??= this.#open());
    try {
      return await within(
        limit,
        opening.then((client) =>
          client.query({ name: `endsession_feed_${name}`, text, values, types }),
        ),
      );
    } catch (error) {
      this.#drop(opening);
      throw error;
    }
  }

  /** Closes the connection. */
  close(): void {
    this.#closed = true;
    if (this.#client) this.#drop(this.#client);
  }

  async #open(): Promise<PostgresClient> {
    const client = await this.#pool.connect();
    const opening = this.#client;
    client.on("notification", (notification) => {
      const { payload } = notification as { readonly payload?: string };
      if (payload !== undefined) this.#heard(payload);
    });
    client.on("error", () => this.#drop(opening));
    await client.query({ text: `SET synchronous_commit = off; LISTEN ${channel}` });
    return client;
  }

  #drop(opening: Promise<PostgresClient> | null): void {
    // Whoever is not current was given up before.
    if (opening === null || this.#client !== opening) return;
    this.#client = null;
    opening.then(
      (client) => client.release(true),
      () => undefined,
    );
  }
}
