// @ts-check
/** supertokens-node against a stub of its core, which is a service in Java. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import supertokens from "supertokens-node";
import { errorHandler, middleware } from "supertokens-node/framework/express/index.js";
import Session from "supertokens-node/recipe/session/index.js";
import { verifySession } from "supertokens-node/recipe/session/framework/express/index.js";
import { devices, onExpress } from "./serve.mjs";

/** @type {Record<string, import("./serve.mjs").Open>} */
export const superTokens = {
  "express supertokens": () => open(false),
  "express supertokens, checkDatabase": () => open(true),
};

/** @param {boolean} checkDatabase @returns {Promise<import("./serve.mjs").Peer>} */
async function open(checkDatabase) {
  const core = fork(
    fileURLToPath(new URL("supertokens-core.mjs", import.meta.url)),
    [String(devices)],
    {
      execArgv: [],
    },
  );
  const [{ port: corePort, tokens, handles }] =
    /** @type {[{ port: number, tokens: string[], handles: string[] }]} */ (
      await once(core, "message")
    );
  supertokens.init({
    framework: "express",
    supertokens: { connectionURI: `http://127.0.0.1:${corePort}` },
    appInfo: { appName: "bench", apiDomain: "http://127.0.0.1", websiteDomain: "http://127.0.0.1" },
    recipeList: [Session.init({ getTokenTransferMethod: () => "header" })],
    telemetry: false,
  });
  const port = await onExpress(
    (app) => {
      app.use(middleware());
      app.use(verifySession({ checkDatabase }));
    },
    (app) => app.use(errorHandler()),
  );
  return {
    port,
    credentials: tokens.map((token) => ({ authorization: `Bearer ${token}` })),
    async logout(device) {
      await Session.revokeSession(handles[device] ?? "");
    },
  };
}
