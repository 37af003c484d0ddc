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
export interface Connection {
  ready(): boolean;
  command(...command: string[]): Promise<unknown>;
  /** Calls back with each message, over a connection of its own. */
  subscribe(channel: string, heard: (message: string) => void): Promise<void>;
  /** Calls back whenever the server answers again after it had not. */
  onReady(call: () => void): void;
  close(): void;
}

/** How long to wait for the server at start, in milliseconds. */
const patience = 5000;

/** Connects. Throws `ERR_SETTING_INVALID` when the server does not answer. */
export async function connect(client: RedisClient): Promise<Connection> {
  const connection = "sendCommand" in client ? nodeRedis(client) : ioRedis(client);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${patience} ms`)), patience);
  });
  try {
    const opening = "sendCommand" in client && !client.isOpen ? client.connect() : null;
    await Promise.race([(async () => (await opening, connection.command("PING")))(), late]);
    return connection;
  } catch (cause) {
    connection.close();
    const { message, code } = cause as { message?: string; code?: string };
    throw new EndSessionError(
      "ERR_SETTING_INVALID",
      `The Redis server cannot be used: ${message === "" ? (code ?? "") : (message ?? "")}. ` +
        "Check its address, its password, and that it runs.",
      { cause },
    );
  } finally {
    clearTimeout(timer);
  }
}

function nodeRedis(client: NodeRedisClient): Connection {
  let subscriber: NodeRedisClient | null = null;
  // A lost connection is made anew by the client; unheard, its error would end the process.
  client.on("error", ignore);
  return {
    ready: () => client.isReady,
    command: async (...command) => client.sendCommand(command),
    async subscribe(channel, heard) {
      subscriber = client.duplicate();
      subscriber.on("error", ignore);
      await subscriber.connect();
      await subscriber.subscribe(channel, heard);
    },
    onReady: (call) => void client.on("ready", call),
    close() {
      if (subscriber?.isOpen) subscriber.destroy();
    },
  };
}

function ioRedis(client: IoRedisClient): Connection {
  let subscriber: IoRedisClient | null = null;
  client.on("error", ignore);
  return {
    ready: () => client.status === "ready",
    command: async (command = "PING", ...values) => client.call(command, ...values),
    async subscribe(channel, heard) {
      subscriber = client.duplicate();
      subscriber.on("error", ignore);
      subscriber.on("message", (_, message) => heard(String(message)));
      await subscriber.subscribe(channel);
    },
    onReady: (call) => void client.on("ready", call),
    close: () => subscriber?.disconnect(),
  };
}

function ignore(): void {}
