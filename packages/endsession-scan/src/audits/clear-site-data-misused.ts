import type { Departure, Survey } from "../artifacts.ts";
import { defineAudit, fail, inconclusive, notApplicable, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { authenticatingFacts } from "./carriers.ts";
import { listed, place } from "./wording.ts";

export const clearSiteDataMisused: Audit = defineAudit({
  id: "clear-site-data-misused",
  title: "Clear-Site-Data is used as an aid",
  failTitle: "Clear-Site-Data does not do what it is meant to",
  why: "Unquoted it is ignored; on public pages any site can make it sign users out and delete their data; alone it leaves the cookie where a browser does not know it.",
  severity: "low",
  requirements: ["CL-08", "CL-01", "CK-01", "ASVS 14.3.1"],
  cwe: 693,
  bounty: "Server Security Misconfiguration",
  fix: "Send it quoted, on the answer to the logout only, and delete the cookies by Set-Cookie all the same.",
  needs: "departure",
  judge(departure, { collected: { survey } }) {
    const elsewhere = survey?.clearSiteData ?? [];
    const { clearSiteData: atLogout } = departure;
    if (atLogout === null && elsewhere.length === 0) {
      return survey === undefined
        ? inconclusive("The logout sends no Clear-Site-Data; other answers were not looked at.")
        : notApplicable("No Clear-Site-Data was seen.");
    }
    const sent = [
      ...(atLogout === null ? [] : [{ where: "the logout", value: atLogout }]),
      ...elsewhere.map(({ url, value }) => ({ where: place(url), value })),
    ];
    const faults = [
      ...sent
        .filter(({ value }) => typesOf(value) === null)
        .map(
          ({ where, value }) =>
            `${where} sends it malformed (${value}): every type needs double quotes`,
        ),
      ...elsewhere
        .filter(({ signedIn, value }) => !signedIn && (typesOf(value) ?? []).some(isHarmful))
        .map(({ url, value }) => `${place(url)} sends it (${value}) to everybody who asks`),
      ...onlyByHeader(departure, survey),
    ];
    const exchange = departure.signOut.request?.exchange ?? null;
    return faults.length > 0
      ? fail(
          `Clear-Site-Data: ${listed(faults)}.`,
          faults.map((text) => ({ ...(exchange === null ? {} : { exchange }), text })),
        )
      : pass(
          `Clear-Site-Data is well-formed and comes with ${listed(sent.map(({ where }) => where))}.`,
        );
  },
});

/** What would be cleared, or `null` where browsers read nothing of it. */
function typesOf(value: string): string[] | null {
  const parts = value.split(",").map((part) => part.trim());
  return parts.every((part) => /^"[^"]*"$/u.test(part))
    ? parts.map((part) => part.slice(1, -1))
    : null;
}

/** Emptying caches costs time; these cost the user's session or data. */
function isHarmful(type: string): boolean {
  return ["cookies", "storage", "*"].includes(type);
}

/** Cookies that neither a Set-Cookie nor a script can have removed. */
function onlyByHeader(departure: Departure, survey: Survey | undefined): string[] {
  const types = typesOf(departure.clearSiteData ?? "") ?? [];
  if (survey === undefined || !types.some((type) => type === "cookies" || type === "*")) return [];
  const set = new Set(departure.setCookies.map((header) => (header.split("=")[0] ?? "").trim()));
  const there = new Set(departure.cookiesAfter.map(({ name }) => name));
  const removed = authenticatingFacts(survey)
    .filter(({ name, httpOnly }) => httpOnly && !set.has(name) && !there.has(name))
    .map(({ name }) => name);
  return removed.length > 0
    ? [`nothing but this header removes ${listed(removed)} at the logout`]
    : [];
}
