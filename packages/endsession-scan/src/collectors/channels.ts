/** Live channels of the session, opened from outside the browser and watched across the logout. */
import { WebSocket, request } from "undici";
import type { ChannelFact, Header } from "../artifacts.ts";
import { cookiesFor } from "../browser/device.ts";
import type { Capture, Device } from "../browser/device.ts";
import { cookieHeader } from "../http/cookies.ts";
import type { Scene } from "../scene.ts";

/** How long a channel is watched after the logout, in milliseconds. */
const watch = 5000;
const opening = 3000;

interface Channel {
  readonly kind: ChannelFact["kind"];
  readonly url: string;
  /** Whether a stranger gets it as well. */
  anonymous: boolean;
  closedAt: number | null;
  readonly messages: number[];
  close(): void;
}

export interface Channels {
  look(answered: number): Promise<ChannelFact[]>;
}

export async function openChannels(scene: Scene, device: Device): Promise<Channels> {
  const configured = scene.plan.config.channels.map((url) => {
    const address = scene.plan.address(url);
    return {
      kind: /^wss?:/u.test(address) ? ("WebSocket" as const) : ("SSE" as const),
      url: address,
    };
  });
  const seen = [...scene.channels, ...device.traffic.channels];
  const known = new Map([...seen, ...configured].map((it) => [it.url, it]));
  const capture = await device.capture();
  const opened: Channel[] = [];
  for (const { kind, url } of [...known.values()].slice(0, 4)) {
    if (!scene.world.hosts.allows(url)) continue;
    const open = kind === "SSE" ? openStream : openSocket;
    const channel = await open(scene, url, capture);
    if (channel === null) continue;
    const stranger = await open(scene, url, null);
    stranger?.close();
    channel.anonymous = stranger !== null;
    opened.push(channel);
  }
  return {
    look: async (answered) => {
      const { log } = scene.world;
      while (opened.some(({ closedAt }) => closedAt === null) && log.now() < answered + watch) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      const facts = opened.map(({ kind, url, anonymous, closedAt, messages }): ChannelFact => ({
        kind,
        url: scene.world.secrets.cut(url),
        anonymous,
        closedAfter: closedAt === null ? null : Math.max(closedAt - answered, 0),
        messagesAfter: messages.filter((at) => at > answered + 250).length,
        watchedFor: log.now() - answered,
      }));
      for (const channel of opened) channel.close();
      return facts;
    },
  };
}

/** Opens an event stream; `null` when it is refused. */
async function openStream(
  scene: Scene,
  url: string,
  capture: Capture | null,
): Promise<Channel | null> {
  const abort = new AbortController();
  const timer = setTimeout(() => {
    abort.abort();
  }, opening);
  try {
    const response = await request(url, {
      headers: headersFor(url, capture, [["accept", "text/event-stream"]]).flat(),
      signal: abort.signal,
      bodyTimeout: 0,
    });
    clearTimeout(timer);
    const type = response.headers["content-type"];
    if (
      response.statusCode !== 200 ||
      typeof type !== "string" ||
      !type.startsWith("text/event-stream")
    ) {
      abort.abort();
      response.body.on("error", () => undefined);
      return null;
    }
    const channel: Channel = {
      kind: "SSE",
      url,
      anonymous: false,
      closedAt: null,
      messages: [],
      close: () => {
        abort.abort();
      },
    };
    response.body.on("data", (chunk: Buffer) => {
      // A line that begins with a colon only keeps the connection open.
      if (/^(?:data|event):/mu.test(chunk.toString())) channel.messages.push(scene.world.log.now());
    });
    const ended = (): void => {
      channel.closedAt ??= scene.world.log.now();
    };
    response.body.on("end", ended).on("close", ended).on("error", ended);
    return channel;
  } catch {
    clearTimeout(timer);
    return null;
  }
}

/** Opens a WebSocket; `null` when the handshake is refused. */
function openSocket(scene: Scene, url: string, capture: Capture | null): Promise<Channel | null> {
  const http = url.replace(/^ws/u, "http");
  const socket = new WebSocket(url, {
    headers: Object.fromEntries(headersFor(http, capture, [["origin", new URL(http).origin]])),
  });
  const channel: Channel = {
    kind: "WebSocket",
    url,
    anonymous: false,
    closedAt: null,
    messages: [],
    close: () => {
      socket.close();
    },
  };
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve(null);
      socket.close();
    }, opening);
    socket.addEventListener("open", () => {
      // A server that closes at once has refused, in the way that sockets know.
      setTimeout(() => {
        clearTimeout(timer);
        resolve(channel.closedAt === null ? channel : null);
      }, 300);
    });
    socket.addEventListener("message", () => {
      channel.messages.push(scene.world.log.now());
    });
    socket.addEventListener("error", () => {
      clearTimeout(timer);
      resolve(null);
    });
    socket.addEventListener("close", () => {
      channel.closedAt ??= scene.world.log.now();
    });
  });
}

function headersFor(url: string, capture: Capture | null, own: readonly Header[]): Header[] {
  if (capture === null) return [...own];
  const cookies = cookiesFor(capture, url);
  const authorization = capture.headers.get("authorization");
  return [
    ...own,
    ...(cookies.length === 0 ? [] : [["cookie", cookieHeader(cookies)] as const]),
    ...(authorization === undefined ? [] : [["authorization", authorization] as const]),
  ];
}
