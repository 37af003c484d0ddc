import { headerOf } from "../../http/answer.ts";
import type { Check } from "../check.ts";
import { judged } from "../check.ts";
import { where } from "../said.ts";

/** Where applications answer scripts about their session. */
const usualApis = ["/api/me", "/api/session", "/api/auth/session", "/session", "/me"];

/** Whether foreign origins may read answers with the user's credentials. */
export const cors: Check = {
  id: "cors",
  title: "Foreign origins may not read answers with credentials",
  requirement: "CS-06",
  async look({ target, home, signIn, missing, ask }) {
    const pages = [home, ...(signIn === null ? [] : [signIn])].map((page) => page.ask.url);
    const apis = usualApis.map((path) => new URL(path, target).href);
    // Those that there are, in the eyes of a stranger.
    const found = await Promise.all(apis.map((url) => ask({ url })));
    const real = found.filter(({ status }) => status !== missing.status && status !== 0);
    const addresses = [...new Set([...pages, ...real.map((answer) => answer.ask.url)])].slice(0, 4);
    const asked = await Promise.all(
      addresses.flatMap((url) =>
        originsAgainst(target).map(async ({ origin, kind }) => ({
          kind,
          origin,
          answer: await ask({ url, headers: [["origin", origin]] }),
        })),
      ),
    );
    const bad: string[] = [];
    const warn: string[] = [];
    for (const { kind, origin, answer } of asked) {
      const allowed = headerOf(answer.headers, "access-control-allow-origin");
      const credentials =
        headerOf(answer.headers, "access-control-allow-credentials")?.toLowerCase() === "true";
      if (allowed === origin && credentials) {
        bad.push(`${where(answer)} allows ${kind} with credentials`);
      } else if (allowed === "*" && credentials) {
        warn.push(`${where(answer)} allows * with credentials, which browsers refuse`);
      }
    }
    return judged(
      { bad, warn },
      "No foreign origin, null or look-alike is allowed with credentials.",
      "Compare Origin with a list of exact origins (scheme, host and port) before allowing credentials, and send Vary: Origin.",
    );
  },
};

function originsAgainst({ protocol, hostname, host }: URL): { origin: string; kind: string }[] {
  const other =
    protocol === "https:" ? [{ origin: `http://${host}`, kind: "its own host over http" }] : [];
  return [
    { origin: "https://endsession-doctor.invalid", kind: "any origin" },
    { origin: "null", kind: "the origin null" },
    { origin: `${protocol}//${hostname}.invalid`, kind: "an origin that begins with its host" },
    { origin: `${protocol}//not${hostname}`, kind: "an origin that ends with its host" },
    ...other,
  ];
}
