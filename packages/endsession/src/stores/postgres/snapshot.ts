/** A snapshot of PostgreSQL as text, `xmin:xmax:running`: which transactions are visible in it. */

/** Whether a transaction is visible in a snapshot (`pg_visible_in_snapshot`). */
export function isVisibleIn(snapshot: string, transaction: string): boolean {
  const [xmin = "", xmax = "", running = ""] = snapshot.split(":");
  const number = BigInt(transaction);
  if (number < BigInt(xmin)) return true;
  if (number >= BigInt(xmax)) return false;
  return !running.split(",").includes(transaction);
}
