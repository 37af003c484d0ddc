/** A snapshot of PostgreSQL as text, `xmin:xmax:running`: which transactions are visible in it. */

const form = /^\d{1,20}:\d{1,20}:[\d,]*$/u;

/** Whether a transaction is visible in a snapshot (`pg_visible_in_snapshot`). In junk nothing is. */
export function isVisibleIn(snapshot: string, transaction: string): boolean {
  if (!form.test(snapshot)) return false;
  const [xmin = "", xmax = "", running = ""] = snapshot.split(":");
  const number = BigInt(transaction);
  if (number < BigInt(xmin)) return true;
  if (number >= BigInt(xmax)) return false;
  return !running.split(",").includes(transaction);
}
