// @ts-check
/**
 * The parts of the bench: each is a file of `cases/` and runs in a process of its own, so that one
 * that crashes or leaves garbage behind disturbs no other.
 */

/**
 * @typedef {object} Part
 * @property {string} file
 * @property {readonly string[]} rows     what it reports; a row that is missing has failed
 * @property {readonly string[]} [quick]  those of them that `--quick` reports (default none)
 * @property {boolean} [peers]            whether it needs the packages of `peers/`
 */

/** @type {readonly Part[]} */
export const parts = [
  {
    file: "in-process.mjs",
    rows: ["P6", "P7", "P9.token", "P9.cookie", "P9.queries"],
    quick: ["P6", "P7", "P9.token", "P9.cookie", "P9.queries"],
  },
  {
    file: "queries.mjs",
    rows: ["P10", "P11.one", "P11.same", "P11.many", "P12"],
    quick: ["P10", "P11.one", "P11.same", "P11.many", "P12"],
  },
  {
    file: "sqlite-acts.mjs",
    rows: ["P20", "P21", "P25.sqlite", "P26.16", "P26.64", "P28"],
    quick: ["P20", "P21", "P25.sqlite", "P26.16", "P26.64", "P28"],
  },
  { file: "sqlite-growth.mjs", rows: ["P22.store", "P22.user"], quick: ["P22.store", "P22.user"] },
  {
    file: "checked-request.mjs",
    rows: ["P1", "P2", "P3.cookie", "P3.token"],
    quick: ["P1", "P2"],
  },
  { file: "memory.mjs", rows: ["P29", "P30"], quick: ["P29", "P30"] },
  { file: "refresh-answer.mjs", rows: ["P26b"] },
  { file: "streams.mjs", rows: ["streams.memory", "streams.left"] },
  { file: "first-sight.mjs", rows: ["P8"] },
  { file: "postgres-rotations.mjs", rows: ["P25.postgres", "P27"] },
  { file: "stalls.mjs", rows: ["P23.client", "P23.loop"] },
  { file: "applying.mjs", rows: ["P24"] },
  { file: "ended-sessions.mjs", rows: ["P31", "P32"] },
  { file: "denylist.mjs", rows: ["P33.bytes", "P33.false"] },
  { file: "limiter.mjs", rows: ["P34"] },
  { file: "bundles.mjs", rows: ["P35", "P36"], peers: true },
  { file: "installed-size.mjs", rows: ["P37"] },
  {
    file: "peers-express.mjs",
    rows: ["P4.third-seed", "P4.express-session", "P4.better-auth"],
    peers: true,
  },
  {
    file: "peers-fastify.mjs",
    rows: ["P4b.sqlite", "P4b.redis", "P4b.postgres", "P5"],
    peers: true,
  },
  { file: "revocation-latency.mjs", rows: ["P13.idle", "P13.saturated", "P14"] },
  { file: "faults.mjs", rows: ["P15.cut", "P15.hole", "P15.stopped"] },
  { file: "strict.mjs", rows: ["P16", "P19"] },
  {
    file: "strict-answer.mjs",
    rows: ["P17.1", "P17.2", "P17.8", "P17.postgres.1", "P17.postgres.2", "P17.postgres.8"],
  },
  { file: "strict-cpu.mjs", rows: ["P18"] },
  { file: "forward-auth.mjs", rows: ["P38", "P38.added"] },
];

/**
 * The parts of a mode, each with the rows that are wanted of it.
 * @param {{ mode: "quick" | "full" | "peers", only: readonly string[] | null }} options
 *   `only` names rows, or groups of them: P4 is P4.third-seed and so on
 */
export function partsOf({ mode, only }) {
  const wanted = (/** @type {string} */ id) =>
    only === null || only.some((name) => id === name || id.startsWith(`${name}.`));
  return parts.flatMap((part) => {
    // Who asks for rows by name gets them, also those that the quick set leaves out.
    const offered = mode === "quick" && only === null ? (part.quick ?? []) : part.rows;
    if (mode === "peers" && !part.peers) return [];
    const rows = offered.filter(wanted);
    return rows.length === 0 ? [] : [{ ...part, rows }];
  });
}
