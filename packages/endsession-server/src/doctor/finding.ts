/** What a check comes to. */

/** One finding. */
export interface Finding {
  /** What was looked at, in two or three words. */
  readonly check: string;
  readonly state: "ok" | "warn" | "fail";
  /** What was found. */
  readonly found: string;
  /** What to do about it; null where nothing is to be done. */
  readonly advice: string | null;
}

/** The findings of one check, by their state. */
export interface Verdicts {
  readonly ok: (found: string) => Finding;
  readonly warn: (found: string, advice: string) => Finding;
  readonly fail: (found: string, advice: string) => Finding;
}

/** Names the check once. */
export function check(name: string): Verdicts {
  return {
    ok: (found) => ({ check: name, state: "ok", found, advice: null }),
    warn: (found, advice) => ({ check: name, state: "warn", found, advice }),
    fail: (found, advice) => ({ check: name, state: "fail", found, advice }),
  };
}
