/** URLs of servers. They hold passwords, so what is said of them is made here. */

/** The kinds of servers that there are settings for. */
export type ServerKind = "PostgreSQL" | "Redis";

const schemes: Readonly<Record<ServerKind, RegExp>> = {
  PostgreSQL: /^postgres(?:ql)?:\/\//i,
  Redis: /^rediss?:\/\//i,
};

/** The name of a database, or its number. */
const paths: Readonly<Record<ServerKind, RegExp>> = {
  PostgreSQL: /^\/[^/]+$/,
  Redis: /^\/?\d*$/,
};

/** Whether a text means to be the URL of such a server. */
export function hasSchemeOf(kind: ServerKind, text: string): boolean {
  return schemes[kind].test(text);
}

/** Whether a text is the URL of such a server, and every part of it is what it seems to be. */
export function isServerUrl(kind: ServerKind, text: string): boolean {
  if (!hasSchemeOf(kind, text) || /\s/.test(text) || !URL.canParse(text)) return false;
  const { hostname, username, password, pathname, hash } = new URL(text);
  // An unencoded / or ? in a password would make the rest of it a path or a parameter.
  const signs = text.split("@").length - 1;
  const signIsOfUser = signs === 0 || (signs === 1 && (username !== "" || password !== ""));
  return (
    hostname !== "" &&
    signIsOfUser &&
    hash === "" &&
    paths[kind].test(pathname) &&
    isDecodable(username + password + pathname)
  );
}

/** What may be said of a URL: where it leads; no user, no password, no parameters. */
export function placeOf(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/** What somebody says of a server, without its password: old Redis servers repeat it. */
export function withoutPassword(text: string, url: string): string {
  const { password, searchParams } = new URL(url);
  return [password, decodeURIComponent(password), searchParams.get("password") ?? ""]
    .filter((secret) => secret !== "")
    .reduce((said, secret) => said.replaceAll(secret, "***"), text);
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
