/** Servers of a test, and requests to them as they go over the wire. */
import { type IncomingMessage, request as nodeRequest, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach } from "vitest";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** Listens on a port, until the end of the test. */
export async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly raw: readonly string[];
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** Sends a request. */
export function call(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = "",
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = nodeRequest({ port, host: "127.0.0.1", method, path, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          raw: response.rawHeaders,
          headers: response.headers,
          body: text,
        }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Sends the head of a request as it is; gives the status of the answer. */
export async function rawStatus(port: number, head: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(`${head}\r\n\r\n`));
    socket.setEncoding("utf8");
    socket.once("data", (chunk: string) => {
      socket.destroy();
      resolve(Number(/^HTTP\/1.1 (\d+)/.exec(chunk)?.[1]));
    });
    socket.once("error", reject);
  });
}
