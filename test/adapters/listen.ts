/** Listens on 127.0.0.1, for applications of the contract. */
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { App } from "./scene.ts";

/** Serves with a handler of node:http. */
export async function serve(handler: RequestListener): Promise<App> {
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  return appOf(server);
}

/** The application of a server that listens. */
export function appOf(server: Server): App {
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
