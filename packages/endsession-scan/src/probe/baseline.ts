/**
 * What tells a signed-in answer from an anonymous one, and the judgement of any further answer by
 * it. The judgement is made for three outcomes: where an answer is like neither, it says so.
 */
import type { Reception } from "../artifacts.ts";
import type { Answer } from "../http/answer.ts";
import { featuresOf } from "./features.ts";
import type { Features } from "./features.ts";

export interface Baseline {
  readonly difference: string;
  receive(answer: Answer): Reception;
}

/** Status codes that say nothing about the credential: too busy, broken, not ready. */
const undecided = new Set([0, 408, 409, 421, 425, 429]);

/**
 * Compares answers to one request, some asked signed in, some asked anonymously.
 *
 * @returns `null` when the two cannot be told apart reliably: then the request is no probe
 */
export function compare(
  signedIn: readonly Answer[],
  anonymous: readonly Answer[],
): Baseline | null {
  const ins = signedIn.map(featuresOf);
  const outs = anonymous.map(featuresOf);
  const [first] = ins;
  const [firstOut] = outs;
  if (first === undefined || firstOut === undefined) return null;
  if (
    !ins.every((it) => sameOutcome(it, first)) ||
    !outs.every((it) => sameOutcome(it, firstOut))
  ) {
    return null;
  }
  // A signed-in answer that is itself a refusal or a failure carries no identity.
  if (first.status >= 400 || first.status === 0) return null;
  if (firstOut.status >= 500 || undecided.has(firstOut.status)) return null;

  const onlyIn = without(common(ins), outs);
  const onlyOut = without(common(outs), ins);
  const outcomesDiffer = !sameOutcome(first, firstOut);
  if (!outcomesDiffer && (onlyIn.size === 0 || weight(onlyIn) < 4)) return null;
  // Where both are redirects, nothing private is delivered by either.
  if (first.redirect !== null) return null;

  return {
    difference: describe(first, firstOut, onlyIn),
    receive: (answer) => {
      const features = featuresOf(answer);
      const shareIn = share(onlyIn, features.content);
      const shareOut = share(onlyOut, features.content);
      if (undecided.has(features.status) || features.status >= 500) return "unclear";
      if (sameOutcome(features, first)) {
        if (features.asksPassword && !first.asksPassword) return "refused";
        if (onlyIn.size === 0) return outcomesDiffer ? "accepted" : "unclear";
        if (shareIn >= 0.6 && shareOut <= 0.5) return "accepted";
        if (shareIn > 0.25) return "unclear";
        // Nothing private came; it has to look like what strangers get to be called a refusal.
        const likeStrangers = onlyOut.size > 0 ? shareOut >= 0.5 : !outcomesDiffer;
        if (likeStrangers) return "refused";
        return "unclear";
      }
      if (sameOutcome(features, firstOut)) return "refused";
      if (features.status === 401 || features.status === 403) return "refused";
      if (features.redirect !== null)
        return leadsToSignIn(features.redirect) ? "refused" : "unclear";
      if (features.status >= 400 && features.status !== 404) {
        return shareIn <= 0.25 ? "refused" : "unclear";
      }
      return "unclear";
    },
  };
}

function sameOutcome(a: Features, b: Features): boolean {
  return a.status === b.status && a.redirect === b.redirect;
}

/** What all of them have. */
function common(all: readonly Features[]): Set<string> {
  const [first, ...rest] = all;
  return new Set(
    [...(first?.content ?? [])].filter((it) => rest.every((one) => one.content.has(it))),
  );
}

function without(features: ReadonlySet<string>, others: readonly Features[]): Set<string> {
  return new Set([...features].filter((it) => !others.some((other) => other.content.has(it))));
}

/** Letters in all: one stray sign is no content. */
function weight(features: ReadonlySet<string>): number {
  return [...features].reduce((sum, feature) => sum + feature.length, 0);
}

function share(wanted: ReadonlySet<string>, found: ReadonlySet<string>): number {
  if (wanted.size === 0) return 0;
  let hits = 0;
  for (const feature of wanted) if (found.has(feature)) hits += 1;
  return hits / wanted.size;
}

export function leadsToSignIn(address: string): boolean {
  return /log[-_]?in|sign[-_]?in|log[-_]?on|auth|session|sso|connexion|anmeld|accedi|acceso|expired/iu.test(
    new URL(address).pathname,
  );
}

function describe(signedIn: Features, anonymous: Features, onlyIn: ReadonlySet<string>): string {
  if (anonymous.redirect !== null) {
    return `signed in ${signedIn.status}, anonymous ${anonymous.status} to ${new URL(anonymous.redirect).pathname}`;
  }
  if (signedIn.status !== anonymous.status) {
    return `signed in ${signedIn.status}, anonymous ${anonymous.status}`;
  }
  const example = [...onlyIn].toSorted((a, b) => b.length - a.length)[0] ?? "";
  return `both ${signedIn.status}; only signed in: “${example.slice(0, 60)}”`;
}
