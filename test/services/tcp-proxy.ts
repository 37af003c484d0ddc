/** A TCP proxy on loopback that fails on demand, in the ways in which networks fail. */
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { freePort } from "./port.ts";

/**
 * What it does with bytes and connections:
 *
 * - `pass`: hands everything on;
 * - `cut`: has reset all connections, and refuses new ones;
 * - `hole`: accepts connections, and swallows all that comes, in both directions;
 * - `drip`: hands on a few bytes at a time, in both directions.
 */
export type ProxyMode = "pass" | "cut" | "hole" | "drip";

/** A proxy. */
export interface TcpProxy {
  readonly port: number;
  /**
   * Switches, for open connections too. After a hole its connections are reset, since bytes are
   * missing from them.
   */
  mode(mode: ProxyMode): Promise<void>;
  /** Leads to another port from now on, and resets what is open, as a failover does. */
  lead(targetPort: number): void;
  /** Resets all connections, and ends. */
  close(): Promise<void>;
}

/** How it drips. */
export interface DripOptions {
  /** How many bytes at a time (default 16). */
  readonly bytes?: number;
  /** How many milliseconds lie between them (default 20). */
  readonly every?: number;
}

/** Starts a proxy before a port of 127.0.0.1. */
export async function startProxy(targetPort: number, drip: DripOptions = {}): Promise<TcpProxy> {
  const port = await freePort();
  const links = new Set<Link>();
  let current: ProxyMode = "pass";
  let target = targetPort;
  let server: Server | null = null;

  const listen = async (): Promise<void> => {
    server = createServer({ allowHalfOpen: true }, (client) => {
      const link = new Link(client, target, current, drip);
      links.add(link);
      client.once("close", () => links.delete(link));
    }).listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  const cut = async (): Promise<void> => {
    const closed = server?.listening ? once(server, "close") : null;
    server?.close();
    server = null;
    for (const link of links) link.reset();
    await closed;
  };

  await listen();
  return {
    port,
    mode: async (mode) => {
      current = mode;
      if (mode === "cut") {
        await cut();
        return;
      }
      for (const link of links) link.mode(mode);
      if (server === null) await listen();
    },
    lead: (port) => {
      target = port;
      for (const link of links) link.reset();
    },
    close: cut,
  };
}

/** A client's connection and the one behind it. */
class Link {
  readonly #client: Socket;
  readonly #target: Socket | null;
  readonly #directions: readonly Direction[];
  #mode: ProxyMode;

  constructor(client: Socket, targetPort: number, mode: ProxyMode, drip: DripOptions) {
    this.#client = client;
    this.#mode = mode;
    // Whoever comes into a hole is not announced behind it.
    this.#target = mode === "hole" ? null : connect({ port: targetPort, host: "127.0.0.1" });
    for (const socket of [client, this.#target]) {
      socket?.setNoDelay(true);
      socket?.once("error", () => this.reset());
    }
    if (this.#target === null) {
      client.resume();
      this.#directions = [];
      return;
    }
    this.#target.allowHalfOpen = true;
    this.#directions = [
      new Direction(client, this.#target, drip),
      new Direction(this.#target, client, drip),
    ];
    this.mode(mode);
  }

  mode(mode: ProxyMode): void {
    const wasHole = this.#mode === "hole";
    this.#mode = mode;
    if (wasHole && mode !== "hole") this.reset();
    else for (const direction of this.#directions) direction.mode(mode);
  }

  reset(): void {
    for (const direction of this.#directions) direction.stop();
    this.#client.resetAndDestroy();
    this.#target?.resetAndDestroy();
  }
}

/** Bytes waiting to be handed on, at which a sender is made to wait. */
const highWater = 64 * 1024;

/** One direction of a connection. */
class Direction {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #bytes: number;
  readonly #every: number;
  #mode: ProxyMode = "pass";
  #waiting: Buffer = Buffer.alloc(0);
  #ended = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(from: Socket, to: Socket, { bytes = 16, every = 20 }: DripOptions) {
    this.#from = from;
    this.#to = to;
    this.#bytes = bytes;
    this.#every = every;
    from.on("data", (chunk) => {
      if (this.#mode === "hole") return;
      this.#waiting = Buffer.concat([this.#waiting, chunk]);
      if (this.#mode === "pass") this.#hand(this.#waiting.length);
      this.#throttle();
    });
    from.once("end", () => {
      this.#ended = true;
      if (this.#mode === "pass") this.#hand(0);
    });
    from.once("close", () => {
      if (this.#waiting.length === 0) this.stop();
    });
    to.on("drain", () => this.#throttle());
  }

  mode(mode: ProxyMode): void {
    this.#mode = mode;
    this.stop();
    if (mode === "hole") this.#waiting = Buffer.alloc(0);
    if (mode === "pass") this.#hand(this.#waiting.length);
    if (mode === "drip") this.#timer = setInterval(() => this.#hand(this.#bytes), this.#every);
    this.#throttle();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #hand(count: number): void {
    const chunk = this.#waiting.subarray(0, count);
    this.#waiting = this.#waiting.subarray(chunk.length);
    if (chunk.length > 0 && this.#to.writable) this.#to.write(chunk);
    if (this.#waiting.length > 0) return;
    if (this.#ended) {
      this.stop();
      this.#to.end();
    }
    this.#throttle();
  }

  #throttle(): void {
    const isFull = this.#waiting.length > highWater || this.#to.writableNeedDrain;
    if (isFull && this.#mode !== "hole") this.#from.pause();
    else this.#from.resume();
  }
}
