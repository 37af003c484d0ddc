/** `GET /verify` on a real connection: from memory it answers what the route would. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { byCookie, openInstallation, signInDevice } from "../test-support/rig.ts";
import { mount } from "./connect.ts";

it.each([
  ["", {}],
  ["/auth", { identityAudience: "upstreams" }],
])("RV-01: is answered alike by the route and from memory, below %j", async (basePath, more) => {
  const endsession = await openInstallation({ basePath, ...more });
  const routes = mount(endsession);
  const server = createServer((req, res) => {
    routes(req, res, () => res.writeHead(404).end());
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${basePath}/verify`;
  const device = await signInDevice(endsession, "Zoë");
  const ask = async (method = "GET", query = "", headers = byCookie(device)) => {
    const answer = await fetch(url + query, { method, headers });
    const told = Object.fromEntries(answer.headers);
    for (const name of ["date", "connection", "keep-alive"]) delete told[name];
    return { status: answer.status, headers: told, text: await answer.text() };
  };

  await ask(); // By the store; from now on memory can tell.
  const byRoute = await ask("GET", "?x");
  expect([byRoute.status, byRoute.headers["x-auth-user"]]).toEqual([200, "Zo%C3%AB"]);
  expect("x-auth-jwt-assertion" in byRoute.headers).toBe("identityAudience" in more);
  // `fetch` answers have no length of their own, so the route's is sent in chunks or by Node.
  const { "content-length": length = String(byRoute.text.length), ...headers } = byRoute.headers;
  delete headers["transfer-encoding"];
  const recalled = await ask();
  expect(recalled).toEqual({
    ...byRoute,
    headers: { ...headers, "content-length": length },
  });
  expect(await ask("HEAD")).toEqual({ ...recalled, text: "" });
  expect((await ask("OPTIONS")).status).toBe(204);
  expect((await ask("POST")).status).toBe(405);

  await endsession.sessions.endAll({ userId: "Zoë" });
  expect((await ask()).status).toBe(401);
  expect((await ask("GET", "", {})).status).toBe(401);
});
