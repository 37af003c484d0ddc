// @ts-check
/**
 * What forward-auth adds to a request through nginx, beside an `auth_request` that is answered with
 * a constant 204 by an empty server: the time of one request after the other.
 */
import { startInstances } from "../support/instances.mjs";
import { userAgent } from "../support/installation.mjs";
import { startNginx } from "../support/services.mjs";
import { Client, get } from "../support/wire.mjs";

/** @typedef {import("../harness/bench.mjs").Bench} Bench */

/** Requests of one run. */
const batch = 200;
const names = {
  open: "no check",
  anchor: "constant 204",
  again: "constant 204 again",
  ours: "/verify",
};

/** @param {Bench} bench */
export async function run(bench) {
  const settings = ["endsession", "constant", "application"].map((kind) => ({
    kind,
    pinned: false,
  }));
  const instances = await startInstances("verify.mjs", settings);
  const [endsession, constant, application] = instances.map(({ port }) => port);
  const ports = { endsession: endsession ?? 0, application: application ?? 0 };
  const nginx = await startNginx(ports, (text) => beside(text, constant ?? 0));
  try {
    const cookies = (await instances[0]?.start(50)) ?? [];
    const client = new Client(nginx.port);
    const ask = (/** @type {string} */ path, /** @type {string} */ cookie) =>
      client.ask(get(path, { "User-Agent": userAgent, Cookie: `theme=dark; ${cookie}` }));
    await correct(ask, cookies[0] ?? "");

    /** @type {(name: string, path: string) => import("../harness/rounds.mjs").Case} */
    const caseOf = (name, path) => ({
      name,
      batch,
      run: async () => {
        let count = 0;
        for (let at = 0; at < batch; at += 1) {
          const { status } = await ask(path, cookies[at % cookies.length] ?? "");
          if (status !== 200) throw new Error(`${path} was answered with ${status}`);
          count += 1;
        }
        return count;
      },
    });
    const table = await bench.table({
      title: "a request through nginx",
      clock: "wall",
      rounds: 31,
      fullRounds: 101,
      warmUp: 5,
      tolerance: 0.1,
      control: [names.anchor, names.again],
      cases: [
        caseOf(names.open, "/open"),
        caseOf(names.anchor, "/constant"),
        caseOf(names.again, "/constant"),
        caseOf(names.ours, "/checked"),
      ],
    });
    const { cases } = table.record;
    const told = Object.values(names).map(
      (name) => `${(cases[name]?.median ?? 0).toFixed(0)} µs ${name}`,
    );
    const added = (/** @type {Record<string, number>} */ of, /** @type {string} */ name) =>
      (of[name] ?? 0) - (of[names.open] ?? 0);
    bench.ratio("P38", table, (of) => (of[names.ours] ?? 0) / (of[names.anchor] ?? 0), [
      told.join(", "),
    ]);
    bench.ratio("P38.added", table, (of) => added(of, names.ours) / added(of, names.anchor));
  } finally {
    await nginx.stop();
    await Promise.all(instances.map((instance) => instance.kill()));
  }
}

/**
 * The configuration with two locations more: one like the private one, that asks the constant, and
 * one that asks nobody.
 * @param {string} text @param {number} constant
 */
function beside(text, constant) {
  const block = (/** @type {string} */ head) => {
    const from = text.indexOf(`    location ${head} {`);
    return text.slice(from, text.indexOf("\n    }\n", from) + "\n    }\n".length);
  };
  const verify = block("= /_endsession/verify");
  const asked = verify
    .replace("= /_endsession/verify", "= /_constant")
    .replace("http://endsession/verify", "http://constant/");
  const checked = block("/");
  const like = checked
    .replace("location / {", "location = /constant {")
    .replace("auth_request /_endsession/verify", "auth_request /_constant");
  const open = "    location = /open {\n        proxy_pass http://application;\n    }\n";
  const upstream = `upstream constant {\n    server 127.0.0.1:${constant};\n    keepalive 32;\n}\n`;
  // Nor does nginx close the one connection of the client.
  const lasting = text.replace("    listen ", "    keepalive_requests 1000000;\n    listen ");
  return upstream + lasting.replace(checked, asked + like + open + checked);
}

/**
 * 200 with the credential and 401 without; the others pass everybody.
 * @param {(path: string, cookie: string) => Promise<{ status: number | null }>} ask
 * @param {string} cookie
 */
async function correct(ask, cookie) {
  for (const [path, held, expected] of /** @type {const} */ ([
    ["/checked", cookie, 200],
    ["/checked", "a=b", 401],
    ["/constant", "a=b", 200],
    ["/open", "a=b", 200],
  ])) {
    const { status } = await ask(path, held);
    if (status !== expected) throw new Error(`${path} was answered with ${status}`);
  }
}
