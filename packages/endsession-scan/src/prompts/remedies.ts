/** The remedies by audit. */
import type { Remedy } from "./remedy.ts";
import { browser } from "./remedies/browser.ts";
import { cookieRemedies } from "./remedies/cookies.ts";
import { ending } from "./remedies/ending.ts";
import { loggingOut } from "./remedies/logging-out.ts";
import { others } from "./remedies/others.ts";
import { surface } from "./remedies/surface.ts";
import { tokens } from "./remedies/tokens.ts";

export const remedies: ReadonlyMap<string, Remedy> = new Map(
  [...ending, ...tokens, ...loggingOut, ...cookieRemedies, ...others, ...browser, ...surface].map(
    (remedy) => [remedy.audit, remedy],
  ),
);
