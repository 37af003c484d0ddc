/** Which steps carry out which act. */
import type { Act, Outcomes } from "../../../core/acts.ts";
import type { Steps } from "../statement.ts";
import { demandReauthentication } from "./demand-reauthentication.ts";
import { endSeries } from "./end-series.ts";
import { raiseEpoch } from "./raise-epoch.ts";
import { beginHistory, reassert } from "./reassert.ts";
import { recordSuspicion } from "./record-suspicion.ts";
import { reissueSession } from "./reissue-session.ts";
import { confirmGeneration, countGraceUse } from "./rotate-family.ts";
import { setSigningKeys } from "./set-signing-keys.ts";
import { spendRememberMe } from "./spend-remember-me.ts";
import { startSession } from "./start-session.ts";
import { sweep } from "./sweep.ts";
import { touchSession } from "./touch-session.ts";

/** Every act but those that are done many at a time; see `commit.ts`. */
type Single = Exclude<Act, { kind: "end_session" | "rotate" }>;
type StepsOf = {
  [K in Single["kind"]]: (act: Extract<Act, { kind: K }>) => Steps<Outcomes[K]>;
};

const stepsOf: StepsOf = {
  start: startSession,
  reissue: reissueSession,
  raise_epoch: raiseEpoch,
  end_series: endSeries,
  spend_remember_me: spendRememberMe,
  count_grace: countGraceUse,
  confirm: confirmGeneration,
  touch: touchSession,
  demand_reauthentication: demandReauthentication,
  record_suspicion: recordSuspicion,
  set_signing_keys: setSigningKeys,
  reassert,
  begin_history: beginHistory,
  sweep,
};

/** The steps of an act. */
export function actSteps(act: Single): Steps<Outcomes[Single["kind"]]> {
  const steps = stepsOf[act.kind] as (of: Single) => Steps<Outcomes[Single["kind"]]>;
  return steps(act);
}
