/** The driver, as much of it as is used: a client of the package `redis` 4 to 6, or of `ioredis`. */
import { EndSessionError } from "../core/errors.ts";

/** A client of the package `redis`. */
export interface NodeRedisClient {
  readonly isReady: boolean;
  readonly isOpen: boolean;
  connect(): Promise<unknown>;
  duplicate(): NodeRedisClient;
  sendCommand(command: string[]): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  on(event: string, listener: (argument: unknown) => void): unknown;
  destroy(): void;
}

/** A client of the package `ioredis`. */
export interface IoRedisClient {
  readonly status: string;
  duplicate(): IoRedisClient;
  call(command: string, ...values: string[]): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  on(event: string, listener: (...values: unknown[]) => void): unknown;
  disconnect(): void;
}

/** Either. */
export type RedisClient = NodeRedisClient | IoRedisClient;

/** What both come to. */
interface Driver {
  ready(): boolean;
  connect(): Promise<unknown>;
  command(command: string, ...values: string[]): Promise<unknown>;
  subscribe(channel: string, heard: (message: string) => void): Promise<unknown>;
  on(event: "ready" | "error", call: (argument: unknown) => void): void;
  close(): void;
}

/** How long to wait for the server at start, in milliseconds. */
const startPatience = 5000;
/** How long to wait for an answer later on. */
const patience = 250;
/** How long a server that did not answer in time is left alone. */
const silence = 5000;

/** A connection that keeps nobody waiting: a server that falls silent is left alone for a while. */
export class Connection {
  readonly #driver: Driver;
  #silentUntil = 0;

  private constructor(driver: Driver) {
    this.#driver = driver;
  }

  /** Connects. Throws `ERR_SETTING_INVALID` when the server does not answer. */
  static async open(client: RedisClient): Promise<Connection> {
    const driver = "sendCommand" in client ? nodeRedis(client) : ioRedis(client);
    let last: unknown;
    // A lost connection is made anew by the client; unheard, its error would end the process.
    driver.on("error", (error) => {
      last = error;
    });
    try {
      await within(startPatience, connected(driver));
      return new Connection(driver);
    } catch (cause) {
      driver.close();
      throw new EndSessionError(
        "ERR_SETTING_INVALID",
        `The Redis server cannot be used: ${sentenceOf(last ?? cause)}. ` +
          "Check its address, its password, and that it runs.",
      );
    }
  }

  /** Whether the server answers, as far as is known. */
  ready(): boolean {
    return this.#driver.ready() && Date.now() >= this.#silentUntil;
  }

  /** Waits for an answer, but not for long. */
  async inTime<T>(asking: Promise<T>): Promise<T> {
    try {
      return await within(patience, asking);
    } catch (error) {
      if (error instanceof Late) this.#silentUntil = Date.now() + silence;
      throw error;
    }
  }

  command(command: string, ...values: string[]): Promise<unknown> {
    return this.inTime(this.#driver.command(command, ...values));
  }

  /** Calls back with each message, over a connection of its own. */
  async subscribe(channel: string, heard: (message: string) => void): Promise<void> {
    await this.#driver.subscribe(channel, heard);
  }

  /** Calls back whenever the server answers again after it was lost. */
  onReady(call: () => void): void {
    this.#driver.on("ready", call);
  }

  /** Closes what was opened here. */
  close(): void {
    this.#driver.close();
  }
}

class Late extends Error {}

async function within<T>(limit: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Late(`no answer within ${limit} ms`)), limit).unref();
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function connected(driver: Driver): Promise<void> {
  await driver.connect();
  await driver.command("PING");
}

/** Servers that do not know a command repeat its arguments, passwords among them. */
function sentenceOf(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  const text = message === undefined || message === "" ? (code ?? "no reason was given") : message;
  return text.replace(/,? with args.*/is, "").replace(/\.$/, "");
}

function nodeRedis(client: NodeRedisClient): Driver {
  let subscriber: NodeRedisClient | null = null;
  return {
    ready: () => client.isReady,
    connect: async () => (client.isOpen ? undefined : client.connect()),
    command: async (...command) => client.sendCommand(command),
    async subscribe(channel, heard) {
      subscriber = client.duplicate();
      subscriber.on("error", ignore);
      await subscriber.connect();
      await subscriber.subscribe(channel, heard);
    },
    on: (event, call) => void client.on(event, call),
    close() {
      if (subscriber?.isOpen) subscriber.destroy();
    },
  };
}

function ioRedis(client: IoRedisClient): Driver {
  let subscriber: IoRedisClient | null = null;
  return {
    ready: () => client.status === "ready",
    connect: async () => undefined,
    command: async (command, ...values) => client.call(command, ...values),
    async subscribe(channel, heard) {
      subscriber = client.duplicate();
      subscriber.on("error", ignore);
      subscriber.on("message", (_, message) => heard(String(message)));
      await subscriber.subscribe(channel);
    },
    on: (event, call) => void client.on(event, call),
    close: () => subscriber?.disconnect(),
  };
}

function ignore(): void {}
