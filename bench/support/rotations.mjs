// @ts-check
/**
 * Rotations of refresh tokens, on whatever store. A refresh that repeats the current token does
 * all that a rotation does, except for rotating. The difference of the two is the rotation, its
 * sealing included; `/token` as a whole is P26b.
 */
import { inFlight } from "./in-flight.mjs";
import { signInMany } from "./installation.mjs";

/** @typedef {import("../harness/rounds.mjs").Case} Case */

export const rotationNote =
  "a refresh that rotates, less one that repeats: signing the access token is in P26b";

/**
 * Gives a maker of two cases, of `batch` refreshes with `most` in flight: those that rotate, and
 * those that repeat.
 * @param {import("endsession").EndSession} endsession
 * @returns {(name: string, most: number, batch: number) => Case[]}
 */
export function rotationCases(endsession) {
  const { sessions } = endsession;
  const refresh = async (/** @type {string} */ token) => {
    const { outcome } = await sessions.refresh(token);
    if (outcome !== "refreshed") throw new Error(`a refresh was ${outcome}`);
  };
  /** @type {string[]} */
  let fresh = [];
  let users = 0;
  const signIn = (/** @type {number} */ n) => async () => {
    const devices = await signInMany(endsession, n, {
      cookie: false,
      prefix: `round-${(users += 1)}`,
    });
    fresh = devices.map(({ refreshToken }) => refreshToken ?? "");
  };
  /** @type {string[]} */
  let current = [];
  let rotatedAt = Number.NEGATIVE_INFINITY;
  const rotate = async () => {
    if (performance.now() - rotatedAt < 45_000) return;
    await signIn(128)();
    current = [];
    for (const token of fresh) {
      const answer = await sessions.refresh(token);
      if (answer.outcome === "refreshed") current.push(answer.refreshToken);
    }
    for (const token of current) await refresh(token);
    rotatedAt = performance.now();
  };
  return (name, most, batch) => [
    { name, batch, prepare: signIn(batch), run: () => inFlight(most, fresh, refresh) },
    {
      name: `${name}, repeated`,
      batch,
      prepare: rotate,
      run: () => inFlight(most, current.slice(0, batch), refresh),
    },
  ];
}

/** A rotation by itself, from the times of a round. @param {Record<string, number>} of @param {string} name */
export function rotation(of, name) {
  return (of[name] ?? 0) - (of[`${name}, repeated`] ?? 0);
}
