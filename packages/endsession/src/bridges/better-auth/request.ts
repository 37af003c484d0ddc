/** Where a request to better-auth carries its session token. */

/** The token in a signed cookie, `token.signature`; null without one. Its signature is not judged. */
export function tokenOfCookie(header: string, name: string): string | null {
  for (const pair of header.split(";")) {
    const at = pair.indexOf("=");
    if (pair.slice(0, at).trim() === name) return tokenOf(pair.slice(at + 1).trim());
  }
  return null;
}

/** The token in `Authorization: Bearer`, which the plugin `bearer` takes signed or bare. */
export function authorizationToken(headers: Headers): string | null {
  const match = /^bearer\s+(\S+)$/iu.exec(headers.get("authorization") ?? "");
  return match?.[1] === undefined ? null : tokenOf(match[1]);
}

/** The Cookie header without some cookies, and without the pieces of those that are cut up. */
export function withoutCookies(header: string, names: readonly string[]): string {
  const isOf = (pair: string, name: string): boolean =>
    pair.startsWith(`${name}=`) || pair.startsWith(`${name}.`);
  return header
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => !names.some((name) => isOf(pair, name)))
    .join("; ");
}

function tokenOf(signed: string): string {
  let text = signed;
  try {
    text = decodeURIComponent(signed);
  } catch {
    // Not encoded, or not by better-auth.
  }
  return text.split(".", 1).join("");
}
