import type { Answer } from "../../http/answer.ts";
import { headerOf } from "../../http/answer.ts";
import { setCookiesOf } from "../../http/cookies.ts";
import type { Check } from "../check.ts";
import { judged } from "../check.ts";
import { nameOf } from "../said.ts";

/** Whether a stranger's X-Forwarded-Proto is believed. */
export const forwardedProto: Check = {
  id: "forwarded-proto",
  title: "X-Forwarded-Proto of a stranger is not believed",
  requirement: "CK-09",
  async look({ home, signIn, ask }) {
    const { url } = (signIn ?? home).ask;
    const other = url.startsWith("https:") ? "http" : "https";
    const [plain, told] = await Promise.all([
      ask({ url }),
      ask({
        url,
        headers: [
          ["x-forwarded-proto", other],
          ["forwarded", `proto=${other}`],
        ],
      }),
    ]);
    return judged(
      { warn: differences(plain, told, other) },
      "The answer is the same with and without it.",
      "Let the proxy overwrite X-Forwarded-Proto and Forwarded on every request, and have the application take them from that proxy's address only.",
    );
  },
};

function differences(plain: Answer, told: Answer, other: string): string[] {
  const found: string[] = [];
  const location = headerOf(told.headers, "location") ?? "";
  if (location !== headerOf(plain.headers, "location") && location.startsWith(`${other}://`)) {
    found.push(`with “X-Forwarded-Proto: ${other}” the application redirects to ${other}`);
  }
  if (plain.status < 300 && told.status >= 300 && told.status < 400) {
    found.push(`with “X-Forwarded-Proto: ${other}” it redirects where it otherwise answers`);
  }
  const secure = new Map(
    setCookiesOf(plain.headers).map((cookie) => [cookie.name, cookie.attributes.has("secure")]),
  );
  for (const cookie of setCookiesOf(told.headers)) {
    const before = secure.get(cookie.name);
    if (before !== undefined && before !== cookie.attributes.has("secure")) {
      found.push(
        `with “X-Forwarded-Proto: ${other}” the cookie ${nameOf(cookie)} ${before ? "is no longer" : "becomes"} Secure`,
      );
    }
  }
  const hsts = (answer: Answer) => headerOf(answer.headers, "strict-transport-security") !== null;
  if (hsts(plain) !== hsts(told)) {
    found.push(`Strict-Transport-Security depends on what a stranger says of the scheme`);
  }
  return found;
}
