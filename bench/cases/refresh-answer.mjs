// @ts-check
/** A whole answer of `POST /token`, against its two dear parts measured apart. */
import { generateKeyPairSync, sign } from "node:crypto";
import { inFlight } from "../support/in-flight.mjs";
import { installOnFile, signInMany } from "../support/installation.mjs";

/** @typedef {import("../harness/bench.mjs").Bench} Bench */

const batch = 128;
const most = 64;

/** @param {Bench} bench */
export async function run(bench) {
  const { endsession } = await installOnFile({ algorithm: "EdDSA", refreshGrace: 60 });
  const { privateKey } = generateKeyPairSync("ed25519");
  const claims = Buffer.from("x".repeat(300));
  const signing = () => {
    let sum = 0;
    for (let index = 0; index < batch; index += 1) sum += sign(null, claims, privateKey).length;
    return sum;
  };

  /** @type {string[]} */
  let fresh = [];
  let users = 0;
  const signIn = async () => {
    const options = { cookie: false, prefix: `round-${(users += 1)}` };
    const devices = await signInMany(endsession, batch, options);
    fresh = devices.map(({ refreshToken }) => refreshToken ?? "");
  };
  const refresh = async (/** @type {string} */ token) => {
    const answer = await endsession.sessions.refresh(token);
    if (answer.outcome !== "refreshed") throw new Error(`a refresh was ${answer.outcome}`);
    return answer.refreshToken;
  };
  const ask = async (/** @type {string} */ token) => {
    const body = new URLSearchParams({ grant_type: "refresh_token", refresh_token: token });
    const url = "http://127.0.0.1/token";
    const answer = await endsession.handler.fetch(new Request(url, { method: "POST", body }));
    if (answer.status !== 200) throw new Error(`/token answered ${answer.status}`);
    return (await answer.text()).length;
  };

  /** @type {string[]} */
  const current = [];
  await signIn();
  for (const token of fresh) current.push(await refresh(token));
  for (const token of current) await refresh(token);

  const control = /** @type {const} */ (["EdDSA signature", "EdDSA signature again"]);
  const table = await bench.table({
    title: "POST /token, 64 in flight",
    clock: "cpu",
    warmUp: 8,
    control,
    cases: [
      ...control.map((name) => ({ name, batch, run: signing })),
      { name: "refresh", batch, prepare: signIn, run: () => inFlight(most, fresh, refresh) },
      { name: "refresh, repeated", batch, run: () => inFlight(most, current, refresh) },
      { name: "POST /token", batch, prepare: signIn, run: () => inFlight(most, fresh, ask) },
    ],
  });
  bench.ratio(
    "P26b",
    table,
    (of) => {
      const rotation = (of["refresh"] ?? 0) - (of["refresh, repeated"] ?? 0);
      return (of["POST /token"] ?? 0) / ((of[control[0]] ?? 0) + rotation);
    },
    ["the rotation is a refresh that rotates, less one that repeats"],
  );
}
