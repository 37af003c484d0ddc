// @ts-check
/** The denylist as a file: how large it is, and how often it errs. */
import { mayBeDenied } from "endsession/denylist";
import { inFlight } from "../support/in-flight.mjs";
import { install, memoryStore, signInMany, tokenOf } from "../support/installation.mjs";
import { upperShare } from "../harness/statistics.mjs";

/** @typedef {import("../harness/bench.mjs").Bench} Bench */

/** @param {Bench} bench */
export async function run(bench) {
  const n = bench.full ? 50_000 : 4000;
  const endsession = await install({ store: await memoryStore() });
  const { sessions } = endsession;
  const signIn = (/** @type {string} */ prefix) =>
    signInMany(endsession, n, {
      prefix,
      cookie: false,
      progress: (share) => bench.progress(`${n} devices sign in`, share),
    });
  const ended = await signIn("ended");
  const live = await signIn("live");
  // Nine of ten by themselves, the rest by their users, of whom each has five.
  const byUser = n / 10;
  const users = [...new Set(ended.slice(0, byUser).map(({ session }) => session.userId))];
  await inFlight(64, users, (userId) => sessions.endAll({ userId }));
  await inFlight(64, ended.slice(byUser), (one) => sessions.end(tokenOf(one)));
  const ends = users.length + n - byUser;

  const list = await sessions.denylist();
  const denied = (/** @type {import("endsession").Credentials} */ one) =>
    mayBeDenied(list, claimsOf(tokenOf(one).token));
  const missing = ended.filter((one) => !denied(one)).length;
  if (missing > 0) throw new Error(`${missing} of ${n} ended sessions are not on the denylist`);
  bench.exact("P33.bytes", list.length / ends, { n: ends, notes: [`${list.length} bytes`] });
  const wrong = live.filter(denied).length;
  bench.exact("P33.false", wrong / n, { n, high: upperShare(wrong, n) });
  await endsession.close();
}

/** What a verifier reads in an access token. @param {string} token */
function claimsOf(token) {
  /** @type {import("endsession/denylist").ListedClaims} */
  const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
  return claims;
}
