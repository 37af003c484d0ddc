/** Whether the logout can be believed to have been done: without it nothing after it proves anything. */
import type { Artifacts, SignOutFact } from "../artifacts.ts";

/** Why it is doubtful that the application's own logout was done, or `null`. */
export function doubtOf(signOut: SignOutFact): string | null {
  const { certain, how, browser, request, status } = signOut;
  if (!certain) {
    return `It is not certain that the application's own logout was done: ${how.replace(/\.$/u, "")}. Name it with "logout" in the configuration.`;
  }
  if (browser !== "accepted") return null;
  if (request === null) {
    return `No request that signs out was seen, and the browser is still signed in. Name the logout with "logout" in the configuration.`;
  }
  if (status === 0) return "The logout was not answered, and the browser is still signed in.";
  if (status !== null && status >= 400) {
    return `The logout was answered with ${status}, and the browser is still signed in: it was refused, not done.`;
  }
  return null;
}

/** The same for audits of other parts; `null` also where no logout was looked at. */
export function logoutDoubt({ collected: { departure } }: Artifacts): string | null {
  return departure === undefined ? null : doubtOf(departure.signOut);
}
