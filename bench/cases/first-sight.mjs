// @ts-check
/**
 * An access token that an instance has never seen: paid once per token and instance. Its session is
 * looked up as well, as that of a cookie would be; the row is what comes on top of the look-up.
 */
import { verify } from "node:crypto";
import { FreshStrings } from "../support/fresh-strings.mjs";
import { keyOf } from "../support/forgeries.mjs";
import {
  expectOutcome,
  facts,
  install,
  memoryStore,
  signInMany,
  tokenOf,
} from "../support/installation.mjs";

/** @typedef {import("../harness/bench.mjs").Bench} Bench */

const batch = 200;

/** @param {Bench} bench */
export async function run(bench) {
  const store = await memoryStore();
  const issuer = await install({ store });
  const devices = await signInMany(issuer, batch, { cookie: false });
  const tokens = devices.map((one) => tokenOf(one).token);
  const fresh = new FreshStrings(tokens);
  const { key, algorithm } = await keyOf(issuer, tokens[0] ?? "");

  const least = () => {
    let sum = 0;
    for (let index = 0; index < batch; index += 1) {
      const [header = "", payload = "", signature = ""] = fresh.next().split(".");
      const signed = Buffer.from(`${header}.${payload}`, "latin1");
      const options = { key, dsaEncoding: /** @type {const} */ ("ieee-p1363") };
      if (!verify(algorithm, signed, options, Buffer.from(signature, "base64url"))) {
        throw new Error("a genuine token did not verify");
      }
      sum += JSON.parse(Buffer.from(payload, "base64url").toString()).exp;
    }
    return sum;
  };
  // An instance for each round and case, which has seen none of them.
  let instance = issuer;
  const prepare = async () => {
    instance = await install({ store });
    await instance.sessions.authenticate(
      { kind: "access_token", token: tokens[0] ?? "" },
      { request: facts },
    );
  };
  const control = /** @type {const} */ (["node:crypto verify + JSON.parse", "the same again"]);
  const table = await bench.table({
    title: "access tokens at first sight",
    clock: "cpu",
    control,
    cases: [
      ...control.map((name) => ({ name, batch, run: least })),
      {
        name: "endsession",
        batch,
        prepare,
        async run() {
          for (let index = 0; index < batch; index += 1) {
            const presented = { kind: /** @type {const} */ ("access_token"), token: fresh.next() };
            expectOutcome(
              await instance.sessions.authenticate(presented, { request: facts }),
              "live",
            );
          }
          return batch;
        },
      },
      {
        name: "looked up by id",
        batch,
        prepare,
        async run() {
          for (const { session } of devices) {
            const report = await instance.sessions.lookUp({ sessionId: session.id });
            if (report === null) throw new Error("a session was not found");
          }
          return batch;
        },
      },
    ],
  });
  const added = (/** @type {Record<string, number>} */ of) =>
    (of["endsession"] ?? 0) - (of["looked up by id"] ?? 0);
  bench.ratio("P8", table, (of) => added(of) / (of[control[0]] ?? 0), [
    "less the look-up of its session, which is made by id alone beside it",
  ]);
}
