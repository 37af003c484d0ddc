/** Where the built applications look for what they are to use. */
import type { RequestListener } from "node:http";
import { serve } from "../../test/adapters/listen.ts";
import type { App, Scene } from "../../test/adapters/scene.ts";

/** Serves an application in this process, which finds the scene and its installation here. */
export function serveScene(scene: Scene, handler: RequestListener): Promise<App> {
  Object.assign(globalThis, { scene, endsession: scene.endsession });
  return serve((req, res) => {
    // Frameworks replace what a server around them has set before, so this is added at the end.
    const writeHead = res.writeHead.bind(res);
    res.writeHead = ((...head: Parameters<typeof writeHead>) => {
      if (!res.headersSent) res.appendHeader("set-cookie", "seen=1");
      return writeHead(...head);
    }) as typeof writeHead;
    handler(req, res);
  });
}
