/** Requests below the level of an HTTP client: pieces, half requests, streams. */
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { connect, type Socket } from "node:net";

/** What a client that sends bytes has been answered. */
export interface RawAnswer {
  readonly status: number;
  readonly text: string;
}

/** Sends a POST in pieces, without a Content-Length. */
export async function postInPieces(
  url: string,
  headers: Readonly<Record<string, string>>,
  pieces: readonly string[],
): Promise<RawAnswer> {
  const sent = request(url, { method: "POST", headers, agent: false });
  const answered = once(sent, "response");
  for (const piece of pieces) {
    await new Promise((resolve) => sent.write(piece, resolve));
  }
  sent.end();
  const [answer] = (await answered) as [IncomingMessage];
  let text = "";
  for await (const chunk of answer.setEncoding("utf8")) text += String(chunk);
  return { status: answer.statusCode ?? 0, text };
}

/** Sends the beginning of a request; what is returned is open still. */
export async function beginRequest(
  url: string,
  head: readonly string[],
  body: string,
  host: string = new URL(url).host,
): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  await once(socket, "connect");
  const text = [...head, `Host: ${host}`, "", body].join("\r\n");
  await new Promise((resolve) => socket.write(text, resolve));
  return socket;
}

/** Goes away in the middle. */
export async function goAway(socket: Socket): Promise<void> {
  const closed = once(socket, "close");
  socket.destroy();
  await closed;
}

/** What an event stream says until the server ends it. */
export interface EventStream {
  /** Resolves when this text has come. */
  said(text: string): Promise<void>;
  /** Resolves when the server has ended the stream. */
  readonly ended: Promise<void>;
  readonly status: number;
}

/** Opens an event stream. */
export async function openStream(url: string, cookie: string): Promise<EventStream> {
  const sent = request(url, { headers: { cookie, accept: "text/event-stream" }, agent: false });
  sent.end();
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  let text = "";
  let waiting: (() => void)[] = [];
  answer.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    for (const look of waiting.splice(0)) look();
  });
  const said = async (what: string): Promise<void> => {
    while (!text.includes(what)) {
      await new Promise<void>((resolve) => {
        waiting = [...waiting, resolve];
      });
    }
  };
  return { said, ended: once(answer, "end").then(() => undefined), status: answer.statusCode ?? 0 };
}
