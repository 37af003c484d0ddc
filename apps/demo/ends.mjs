import { createEndSession } from "endsession";
import { sqliteStore } from "endsession/sqlite";
const es = await createEndSession({
  store: await sqliteStore(":memory:"),
  origin: "https://app.example",
});
const R = { address: null, userAgent: "Mozilla/5.0 X" };
for (const [name, opt] of [
  ["cookie only", {}],
  ["cookie+tokens", { tokens: { clientId: null } }],
  ["all", { tokens: { clientId: null }, rememberMe: true }],
]) {
  let best = {};
  for (let r = 0; r < 8; r++) {
    const cred = [];
    for (let i = 0; i < 1024; i += 64)
      cred.push(
        ...(await Promise.all(
          Array.from({ length: 64 }, (_, j) =>
            es.sessions.start({ userId: "u" + ((i + j) % 200), request: R, ...opt }),
          ),
        )),
      );
    const cpu = async (n, f) => {
      const t = process.cpuUsage();
      await f();
      const u = process.cpuUsage(t);
      best[n] = Math.min(best[n] ?? 1e9, (u.user + u.system) / 1024);
    };
    await cpu("end 64", async () => {
      for (let i = 0; i < 1024; i += 64)
        await Promise.all(
          cred
            .slice(i, i + 64)
            .map((c) =>
              es.sessions.end(
                { kind: "session_token", token: c.sessionToken },
                { rememberMeToken: undefined },
              ),
            ),
        );
    });
  }
  console.log(name, JSON.stringify(best));
}
await es.close();
