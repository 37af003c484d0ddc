/**
 * How long a session lives: without activity, and at all. The profiles carry the final figures of
 * NIST SP 800-63B-4 sections 2.1.3, 2.2.3 and 2.3.3, and the short ones that OWASP gives for
 * applications of high value.
 */
import { EndSessionError } from "./errors.ts";

/** The two timeouts, in milliseconds. */
export interface Timeouts {
  /** How long without activity; null for no idle timeout. */
  readonly idle: number | null;
  /** How long at all, whatever the activity. */
  readonly absolute: number;
}

/** The named profiles. */
export type ProfileName = "aal1" | "aal2" | "aal3" | "owasp-high";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** The timeouts of each profile. */
export const profiles: Readonly<Record<ProfileName, Timeouts>> = {
  aal1: { idle: null, absolute: 30 * day },
  aal2: { idle: hour, absolute: day },
  aal3: { idle: 15 * minute, absolute: 12 * hour },
  "owasp-high": { idle: 5 * minute, absolute: 4 * hour },
};

/** The timeouts of a profile's name, or given timeouts once they make sense. */
export function timeoutsOf(profile: ProfileName | Timeouts): Timeouts {
  const timeouts = typeof profile === "string" ? profiles[profile] : profile;
  if (timeouts === undefined) {
    throw invalid(
      `"profile" is ${JSON.stringify(profile)}; use ${Object.keys(profiles).join(", ")}`,
    );
  }
  if (!(timeouts.absolute > 0) || !Number.isSafeInteger(timeouts.absolute)) {
    throw invalid(`"profile.absolute" is ${timeouts.absolute}; give milliseconds above 0`);
  }
  const { idle } = timeouts;
  if (idle !== null && (!(idle > 0) || !Number.isSafeInteger(idle) || idle > timeouts.absolute)) {
    throw invalid(`"profile.idle" is ${idle}; give milliseconds up to "absolute", or null`);
  }
  return timeouts;
}

/** How old `lastSeenAt` may grow before activity is written down, in milliseconds. */
export function touchInterval(idleTimeout: number | null): number {
  return idleTimeout === null ? minute : Math.min(minute, Math.floor(idleTimeout / 10));
}

function invalid(sentence: string): EndSessionError {
  return new EndSessionError("ERR_SETTING_INVALID", `The setting ${sentence}.`);
}
