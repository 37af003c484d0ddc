// @ts-check
/** The check itself, without HTTP: what it adds to making the string that a header is. */
import { verify } from "node:crypto";
import { crc32 } from "node:zlib";
import { countingStore } from "../support/counting-store.mjs";
import { FreshStrings, sha256 } from "../support/fresh-strings.mjs";
import {
  checkOf,
  cookieOf,
  expectOutcome,
  facts,
  install,
  memoryStore,
  signInMany,
  tokenOf,
} from "../support/installation.mjs";
import { forge, junkCookie, keyOf } from "../support/forgeries.mjs";

/** @typedef {import("../harness/bench.mjs").Bench} Bench */

/** @param {Bench} bench */
export async function run(bench) {
  await bench.attempt(["P6"], () => known(bench, "P6", "access_token", tokenOf));
  await bench.attempt(["P7"], () => known(bench, "P7", "session_token", cookieOf));
  await bench.attempt(["P9.token", "P9.cookie", "P9.queries"], () => strangers(bench));
}

/**
 * Credentials that have been seen before, against the least that could tell: a hash and a look-up.
 * @param {Bench} bench
 * @param {string} row
 * @param {"access_token" | "session_token"} kind
 * @param {(one: import("endsession").Credentials) => import("endsession").Presented} presentedBy
 */
async function known(bench, row, kind, presentedBy) {
  const endsession = await install();
  const n = bench.full ? 100_000 : 4000;
  const devices = await signInMany(endsession, n, {
    cookie: kind === "session_token",
    tokens: kind === "access_token",
    progress: (share) => bench.progress(`${n} devices sign in`, share),
  });
  const presented = devices.map(presentedBy);
  const check = checkOf(endsession);
  const tokens = presented.map(({ token }) => token);
  const fresh = new FreshStrings(tokens);
  const numbers = new Map(tokens.map((token, index) => [sha256(token), index]));
  for (const one of presented) await endsession.sessions.authenticate(one, { request: facts });
  for (const one of presented) expectOutcome(check(one, { request: facts }), "live");

  const batch = 20_000;
  const times = (/** @type {() => number} */ work) => () => {
    let sum = 0;
    for (let index = 0; index < batch; index += 1) sum += work();
    return sum;
  };
  const lookUp = times(() => numbers.get(sha256(fresh.next())) ?? 0);
  const table = await bench.table({
    title: `check() of ${tokens.length} live credentials, ${kind}`,
    clock: "cpu",
    control: ["hash + Map.get", "hash + Map.get again"],
    tolerance: 0.05,
    cases: [
      { name: "string", batch, run: times(() => fresh.next().length) },
      { name: "hash + Map.get", batch, run: lookUp },
      { name: "hash + Map.get again", batch, run: lookUp },
      {
        name: "check()",
        batch,
        run: times(() => (check({ kind, token: fresh.next() }, { request: facts }) ? 1 : 0)),
      },
    ],
  });
  bench.ratio(
    row,
    table,
    (of) => over(of["check()"], of.string) / over(of["hash + Map.get"], of.string),
    [`${tokens.length} live credentials`],
  );
  await endsession.close();
}

/**
 * What was never issued here must cost no more than finding that out, and ask no store.
 * @param {Bench} bench
 */
async function strangers(bench) {
  const counting = countingStore(await memoryStore());
  const endsession = await install({ store: counting.store });
  const [device] = await signInMany(endsession, 1, { prefix: "stranger" });
  const genuine = device?.accessToken ?? "";
  const { key, algorithm } = await keyOf(endsession, genuine);
  const forged = new FreshStrings(Array.from({ length: 500 }, () => forge(genuine)));
  const junk = new FreshStrings(Array.from({ length: 500 }, junkCookie));
  const judge = judgeOf(endsession);

  counting.reset();
  for (let index = 0; index < 1000; index += 1) {
    expectOutcome(await judge({ kind: "access_token", token: forged.next() }), "unknown");
    expectOutcome(await judge({ kind: "session_token", token: junk.next() }), "unknown");
  }
  const asked = counting.asked();
  bench.exact("P9.queries", asked.length, { n: 2000, notes: [...new Set(asked)] });

  const verifying = () => {
    const token = forged.next();
    const [header = "", payload = "", signature = ""] = token.split(".");
    const signed = Buffer.from(`${header}.${payload}`, "latin1");
    const options = { key, dsaEncoding: /** @type {const} */ ("ieee-p1363") };
    const good = verify(algorithm, signed, options, Buffer.from(signature, "base64url"));
    return good ? 1 : Object.keys(JSON.parse(Buffer.from(payload, "base64url").toString())).length;
  };
  await stranger(bench, "P9.token", "node:crypto verify + JSON.parse", 150, verifying, () =>
    judge({ kind: "access_token", token: forged.next() }),
  );
  await stranger(
    bench,
    "P9.cookie",
    "CRC-32",
    40_000,
    () => crc32(junk.next()),
    () => judge({ kind: "session_token", token: junk.next() }),
  );
}

/**
 * @param {Bench} bench
 * @param {string} row
 * @param {string} anchor
 * @param {number} batch
 * @param {() => number} floor
 * @param {() => { outcome: string } | Promise<{ outcome: string }>} judge
 */
async function stranger(bench, row, anchor, batch, floor, judge) {
  if (!bench.wants(row)) return;
  const least = () => {
    let sum = 0;
    for (let index = 0; index < batch; index += 1) sum += floor();
    return sum;
  };
  const ours = async () => {
    let sum = 0;
    for (let index = 0; index < batch; index += 1) {
      const answer = judge();
      sum += ("then" in answer ? await answer : answer).outcome.length;
    }
    return sum;
  };
  const table = await bench.table({
    title: `${row === "P9.token" ? "forged access tokens" : "junk cookies"}`,
    clock: "cpu",
    control: [anchor, `${anchor} again`],
    cases: [
      { name: anchor, batch, run: least },
      { name: `${anchor} again`, batch, run: least },
      { name: "endsession", batch, run: ours },
    ],
  });
  bench.ratio(row, table, (of) => (of["endsession"] ?? 0) / (of[anchor] ?? 0));
}

/**
 * What `protect` does: ask memory, and only then the store.
 * @param {import("endsession").EndSession} endsession
 * @returns {(presented: import("endsession").Presented) => { outcome: string } | Promise<{ outcome: string }>}
 */
function judgeOf(endsession) {
  const { sessions } = endsession;
  const { check } = /** @type {{ check?: ReturnType<typeof checkOf> }} */ (
    /** @type {unknown} */ (sessions)
  );
  const options = { request: facts };
  return (presented) => check?.(presented, options) ?? sessions.authenticate(presented, options);
}

/** @param {number | undefined} time @param {number | undefined} baseline */
function over(time = 0, baseline = 0) {
  return time - baseline;
}
