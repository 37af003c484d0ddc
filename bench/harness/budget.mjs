// @ts-check
/**
 * The budget: one row a promise about cost, with the bound that every change must keep (the gate)
 * and the one that the release page wants to print (the goal). Every ratio is taken inside one run
 * against the anchor that is named.
 */

/**
 * @typedef {object} Target
 * @property {string} id       `P4.express-session` is a variant of P4
 * @property {string} title    what is measured
 * @property {string} anchor   what it is measured against
 * @property {"ratio" | "count" | "share" | "MB" | "bytes" | "slope"} unit
 * @property {"at most" | "at least"} bound
 * @property {number} gate
 * @property {number} goal
 */

/**
 * @param {Target["unit"]} unit
 * @param {Target["bound"]} [bound]
 * @returns {(id: string, title: string, anchor: string, gate: number, goal: number) => Target}
 */
const targets =
  (unit, bound = "at most") =>
  (id, title, anchor, gate, goal) => ({ id, title, anchor, unit, bound, gate, goal });

const most = targets("ratio");
const least = targets("ratio", "at least");
const count = targets("count");
const share = targets("share");
const slope = targets("slope");
const bytes = targets("bytes");
const megabytes = targets("MB");

/** @type {readonly Target[]} */
export const budget = [
  most("P1", "checked request, session cookie, Fastify", "cpu / bare handler", 1.1, 1.04),
  most("P2", "checked request, access token, Fastify", "cpu / bare handler", 1.1, 1.03),
  most("P3.cookie", "checked request, session cookie, Express", "cpu / bare handler", 1.1, 1.02),
  most("P3.token", "checked request, access token, Express", "cpu / bare handler", 1.1, 1.02),
  most("P4.third-seed", "added CPU, Express", "third founding document, KeyObject", 0.15, 0.02),
  most("P4.express-session", "added CPU, Express", "express-session + Redis", 0.1, 0.01),
  most("P4.better-auth", "added CPU, Express", "better-auth, SQLite", 0.05, 0.003),
  most("P4b.sqlite", "added CPU, Fastify", "hand-written SELECT, SQLite", 0.3, 0.08),
  most("P4b.redis", "added CPU, Fastify", "hand-written GET, Redis", 0.2, 0.04),
  most("P4b.postgres", "added CPU, Fastify", "hand-written SELECT, PostgreSQL", 0.1, 0.02),
  most("P5", "added CPU, Fastify", "@fastify/jwt with cache, which does not revoke", 0.5, 0.1),
  most("P6", "check() in process, access token", "SHA-256 of the token + Map.get", 0.8, 0.5),
  most("P7", "check() in process, session cookie", "SHA-256 of the cookie + Map.get", 1.5, 1.15),
  most("P8", "access token at first sight", "node:crypto verify + JSON.parse", 1.3, 1.1),
  most("P9.token", "forged access token", "node:crypto verify + JSON.parse", 1.1, 1.1),
  most("P9.cookie", "junk cookie", "CRC-32 of its characters", 1.1, 1.1),
  count("P9.queries", "store calls for forged and junk credentials", "per 2000", 0, 0),
  count("P10", "store calls of checked requests, steady state", "per 10 000 requests", 0, 0),
  count("P11.one", "store calls at first sight", "per credential", 1, 1),
  count("P11.same", "100 concurrent first sights of one credential", "store calls", 1, 1),
  count("P11.many", "1000 concurrent first sights", "store calls", 3, 3),
  count("P12", "background store calls of an instance", "most in a second", 5, 5),
  most("P13.idle", "revocation latency, bounded, p99", "asking Redis per request", 1.5, 1),
  most("P13.saturated", "the same, instance saturated", "asking Redis per request", 1.5, 1),
  share("P14", "stale accepts after the answer, bounded", "of logouts", 0.01, 0.003),
  most("P15.cut", "worst stale age, feed cut", "B", 1, 0.95),
  most("P15.hole", "worst stale age, feed black-holed", "B", 1, 0.95),
  most("P15.stopped", "worst stale age, process stopped", "B", 1, 0.95),
  count("P16", "stale accepts, strict, a holder killed midway", "of 3000 logouts", 0, 0),
  most("P17.1", "strict answer time, 1 holder", "not waiting", 2, 1.5),
  most("P17.2", "strict answer time, 2 holders", "not waiting", 3, 1.7),
  most("P17.8", "strict answer time, 8 holders", "not waiting", 8, 3),
  most("P17.postgres.1", "strict, 1 holder, PostgreSQL alone", "not waiting", 5, 3.75),
  most("P17.postgres.2", "strict, 2 holders, PostgreSQL alone", "not waiting", 7.5, 4.25),
  most("P17.postgres.8", "strict, 8 holders, PostgreSQL alone", "not waiting", 20, 7.5),
  most("P18", "strict CPU per leaseholder", "one acknowledgement per end", 0.5, 0.25),
  most("P19", "strict with a dead leaseholder", "B", 1.1, 1),
  most("P20", "logout, one at a time", "raw durable commit", 1.6, 1.2),
  most("P21", "logout-all", "raw durable commit", 1.7, 1.25),
  slope("P22.store", "logout-all against the store's size", "raw commit, same file", 0.08, 0.03),
  slope("P22.user", "logout-all against the user's sessions", "raw commit, same file", 0.08, 0.03),
  most("P23.client", "longest stall of another client, logout-all", "the client idle", 2, 1.2),
  most("P23.loop", "longest stall of the instance, logout-all", "the instance idle", 2, 1.2),
  most("P24", "applying a logout-all of 10 000 cached", "one check()", 10, 2),
  most("P25.sqlite", "rotation, one at a time, SQLite", "raw durable commit", 1.6, 1.25),
  most("P25.postgres", "rotation, one at a time, PostgreSQL", "UPDATE + commit", 1.5, 1.2),
  least("P26.16", "rotations per second, 16 in flight", "raw commits per second", 2.5, 4),
  least("P26.64", "rotations per second, 64 in flight", "raw commits per second", 4, 8),
  most("P26b", "refresh answer of /token", "EdDSA sign + grouped rotation", 1.5, 1.2),
  least("P27", "rotations per second, PostgreSQL, 64 in flight", "UPDATE + commit", 0.6, 0.95),
  least("P28", "ends per second, 64 in flight", "raw commits per second", 6, 15),
  most("P29", "memory per cached access token", "the token strings", 2.2, 1.8),
  most("P30", "memory per cached cookie", "Map of hashes to numbers", 5, 3.5),
  megabytes("P31", "memory with 1 M ended sessions", "growth in MB", 1, 0),
  most("P32", "cold start with 1 M ended sessions", "with an empty store", 1.3, 1.05),
  bytes("P33.bytes", "exported snapshot", "bytes per end", 2.5, 2.5),
  share("P33.false", "exported snapshot, false positives", "of live sessions", 0.005, 0.005),
  megabytes("P34", "limiter, 10 M random keys", "growth in MB", 8, 8),
  bytes("streams.memory", "memory of an open event stream", "resident bytes each", 65536, 32768),
  count("streams.left", "event streams left open by the end of their sessions", "of all", 0, 0),
  most("P35", "browser client, gzip -9", "smallest peer, keycloak-js", 0.8, 0.5),
  bytes("P36", "React bindings, gzip -9", "bytes on top", 2560, 1536),
  megabytes("P37", "installed library", "MB", 12, 5),
  most("P38", "request through nginx with forward-auth", "with a constant 204", 1.3, 1.1),
  most("P38.added", "what forward-auth adds to it", "what a constant 204 adds", 1.3, 1.2),
];

/** @param {string} id */
export function targetOf(id) {
  const target = budget.find((one) => one.id === id);
  if (!target) throw new Error(`The budget has no row "${id}".`);
  return target;
}
