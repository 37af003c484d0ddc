/** How audits say times, addresses and lists. */

/** Milliseconds as a person says them. */
export function seconds(milliseconds: number): string {
  const value = Math.abs(milliseconds) / 1000;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;
}

/** An address without its query and parameters, which may hold what reports must not show. */
export function place(url: string): string {
  if (!URL.canParse(url)) return url.split(/[?#;]/u)[0] ?? "";
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname.split(";")[0] ?? ""}`;
}

/** Each once, the first three by name. */
export function listed(items: readonly string[]): string {
  const all = [...new Set(items)];
  const named = all.slice(0, all.length > 4 ? 3 : 4);
  const rest = all.length - named.length;
  if (rest > 0) return `${named.join(", ")} and ${rest} more`;
  const last = named.at(-1) ?? "";
  return named.length > 1 ? `${named.slice(0, -1).join(", ")} and ${last}` : last;
}

/** “1 probe”, “3 probes”. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** The beginning of a line that was seen. */
export function shortened(text: string): string {
  const line = text.replaceAll(/\s+/gu, " ").trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
