/** The acceptance test as shell commands: what was seen is filled in, the rest is asked for. */
import type { Seen } from "./seen.ts";
import { quoted } from "./text.ts";

/** A piece of a shell script. What it `needs` is asked for where it is needed first. */
export interface Script {
  readonly needs: readonly string[];
  readonly lines: readonly string[];
}

/** Joins the pieces, and asks for each need only once. */
export function script(...parts: readonly Script[]): string[] {
  const asked = new Set<string>();
  return parts.flatMap(({ needs, lines }) => {
    const fresh = needs.filter((need) => !asked.has(need));
    for (const need of fresh) asked.add(need);
    return [...fresh, ...lines];
  });
}

export function remark(text: string): Script {
  return { needs: [], lines: [`# ${text}`] };
}

/** Asks for the credential once more: now another one is meant. */
export function pasteAgain(seen: Seen, text: string): Script {
  return { needs: [], lines: [`# ${text}`, ...identityOf(seen).needs] };
}

interface Command {
  readonly needs: readonly string[];
  readonly text: string;
}

function said({ needs, text }: Command, expected: string): Script {
  return { needs, lines: [`${text}   # ${expected}`] };
}

/** Asks the private address. */
export function askPrivate(seen: Seen, expected: string): Script {
  return said(privateCommand(seen), expected);
}

/** Asks it thirty times at once, each on a connection of its own. */
export function askPrivateAtOnce(seen: Seen, expected: string): Script {
  const { needs, text } = privateCommand(seen);
  return said({ needs, text: `for n in $(seq 30); do ${text} & done; wait` }, expected);
}

/** Sends the logout as a page of the application does; `anonymous`: without any credential. */
export function askLogout(
  seen: Seen,
  expected: string,
  options: { readonly more?: string; readonly anonymous?: boolean } = {},
): Script {
  return said(logoutCommand(seen, options), expected);
}

/** The same without a credential, `times` times. */
export function exhaustLogout(seen: Seen, times: number): Script {
  const { needs, text } = logoutCommand(seen, { anonymous: true });
  const quiet = text.replace("curl -s -i ", "curl -s -o /dev/null ");
  return { needs, lines: [`for n in $(seq ${times}); do ${quiet}; done`] };
}

/** A GET of the logout address, as an image or a prefetch sends it. */
export function getLogout(seen: Seen, expected: string, more = ""): Script {
  const address = addressOf(seen.logout?.url, "LOGOUT_URL", "the address that logs out");
  const identity = identityOf(seen);
  return said(
    {
      needs: [...address.needs, ...identity.needs],
      text: words("curl -s -i", identity.option, more, address.word),
    },
    expected,
  );
}

/** The headers of the private answer whose names begin so. */
export function headersOfPrivate(
  seen: Seen,
  beginning: string,
  expected: string,
  more = "",
): Script {
  const address = addressOf(seen.private?.url, "PRIVATE_URL", "an address that only you may see");
  const identity = identityOf(seen);
  return said(
    {
      needs: [...address.needs, ...identity.needs],
      text: `${words("curl -s -o /dev/null -D -", identity.option, more, address.word)} | grep -i '^${beginning}'`,
    },
    expected,
  );
}

/** The three steps that most audits come down to. */
export function replayed(seen: Seen): string[] {
  return script(
    askPrivate(seen, `before: ${acceptance(seen)}`),
    askLogout(seen, "2xx or a redirect"),
    askPrivate(seen, `after: ${refusal(seen)}`),
  );
}

/** How the private address answers to a signed-in request. */
export function acceptance(seen: Seen): string {
  return String(seen.private?.signedIn ?? "as signed in");
}

export function refusal(seen: Seen): string {
  const status = seen.private?.anonymous ?? null;
  return status === null
    ? "as anonymous (401, or a redirect to the sign-in)"
    : `${status}, as anonymous`;
}

function privateCommand(seen: Seen): Command {
  const address = addressOf(seen.private?.url, "PRIVATE_URL", "an address that only you may see");
  const identity = identityOf(seen);
  const method = seen.private?.method ?? "GET";
  return {
    needs: [...address.needs, ...identity.needs],
    text: words(
      String.raw`curl -s -o /dev/null -w '%{http_code} %{redirect_url}\n'`,
      method === "GET" ? "" : `-X ${quoted(method)}`,
      identity.option,
      address.word,
    ),
  };
}

function logoutCommand(
  seen: Seen,
  { more = "", anonymous = false }: { more?: string; anonymous?: boolean },
): Command {
  const address = addressOf(seen.logout?.url, "LOGOUT_URL", "the address that logs out");
  const identity = anonymous ? { needs: [], option: "" } : identityOf(seen);
  const method = seen.logout?.method ?? "POST";
  const body = seen.logout?.token === true;
  const type = body ? (seen.logout?.contentType ?? null) : null;
  return {
    needs: [
      ...address.needs,
      ...identity.needs,
      ...(body
        ? ["read -r LOGOUT_BODY      # paste the body that the logout sends, CSRF token included"]
        : []),
    ],
    text: words(
      // A logout that is a GET today has to be a POST.
      `curl -s -i -X ${/^(?:PUT|PATCH|DELETE)$/u.test(method) ? method : "POST"}`,
      identity.option,
      seen.logout === null ? "" : `-H ${quoted(`Origin: ${originOf(seen.logout.url)}`)}`,
      type === null ? "" : `-H ${quoted(`Content-Type: ${type}`)}`,
      body ? '--data-raw "$LOGOUT_BODY"' : "",
      more,
      address.word,
    ),
  };
}

function identityOf(seen: Seen): { needs: string[]; option: string } {
  if (seen.header === null) {
    return {
      needs: ["read -rs COOKIE          # paste the Cookie header of a browser that is signed in"],
      option: '-H "Cookie: $COOKIE"',
    };
  }
  const name = seen.header.replaceAll(/[^\w-]/gu, "");
  return {
    needs: [
      `read -rs CREDENTIAL      # paste the value of the ${name} header of a client that is signed in`,
    ],
    option: `-H "${name}: $CREDENTIAL"`,
  };
}

function addressOf(
  url: string | undefined,
  variable: string,
  what: string,
): { needs: string[]; word: string } {
  return url === undefined
    ? { needs: [`: "\${${variable}:?${what}}"`], word: `"$${variable}"` }
    : { needs: [], word: quoted(url) };
}

function words(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" ");
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}
