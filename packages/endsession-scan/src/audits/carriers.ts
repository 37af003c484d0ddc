/** What carries the identity here, as the survey found it. */
import type { Artifacts, CookieFact, Survey } from "../artifacts.ts";

/** Names of the cookies that authenticate, alone or together with others. */
export function authenticatingCookies(survey: Survey): ReadonlySet<string> {
  const inSets = survey.sets.flatMap(({ carriers }) => carriers);
  return new Set([
    ...inSets.filter(({ kind }) => kind === "cookie").map(({ name }) => name),
    ...survey.cookies.filter((it) => it.authenticates).map(({ name }) => name),
  ]);
}

/** Those cookies as the browser held them while signed in. */
export function authenticatingFacts(survey: Survey): readonly CookieFact[] {
  const names = authenticatingCookies(survey);
  return survey.cookies.filter(({ name }) => names.has(name));
}

/** Names of the request headers that authenticate, in lower case. */
export function authenticatingHeaders(survey: Survey): ReadonlySet<string> {
  const inSets = survey.sets.flatMap(({ carriers }) => carriers);
  return new Set(
    inSets.filter(({ kind }) => kind === "header").map(({ name }) => name.toLowerCase()),
  );
}

/**
 * Whether scripts alone carry the identity, in a header: then no other site, no prefetch and no
 * address can act in the user's name. What is not known counts as no.
 */
export function onlyByHeader({ collected: { survey } }: Artifacts): boolean {
  return (
    survey !== undefined &&
    !survey.httpAuthentication &&
    survey.sets.length > 0 &&
    survey.sets.every(({ carriers }) => carriers.some(({ kind }) => kind === "header"))
  );
}
