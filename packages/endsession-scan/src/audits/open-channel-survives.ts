import { defineAudit, fail, inconclusive, notApplicable, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";
import type { ChannelFact } from "../artifacts.ts";
import { doubtOf } from "./logout-done.ts";
import { sessionSurvives } from "./replayed.ts";
import { counted, listed, place, seconds } from "./wording.ts";

/** A channel that closes within this many milliseconds was closed by the logout. */
const prompt = 5_000;

export const openChannelSurvives: Audit = defineAudit({
  id: "open-channel-survives",
  title: "Open channels close at logout",
  failTitle: "An open channel goes on delivering after logout",
  why: "A WebSocket or event stream that was opened once tells whoever holds it everything that happens from then on.",
  severity: "medium",
  requirements: ["RV-02", "RV-01", "ASVS 4.4.3", "ASVS 7.4.1"],
  cwe: 613,
  bounty:
    "Broken Authentication and Session Management > Failure to Invalidate Session > On Logout (Server-Side Only)",
  fix: "Keep the open channels of each session at hand and close them when it ends; check the session again before each message.",
  needs: "departure",
  judge({ signOut, channels }, artifacts) {
    const open = channels.filter(({ anonymous }) => !anonymous);
    if (open.length === 0) {
      return notApplicable(
        channels.length === 0
          ? "No WebSocket and no event stream was seen."
          : "The channels are open to everybody.",
      );
    }
    const doubt = doubtOf(signOut);
    if (doubt !== null) return inconclusive(doubt);
    const lasting = open.filter(({ closedAfter }) => closedAfter === null || closedAfter > prompt);
    const delivering = lasting.filter(({ messagesAfter }) => messagesAfter > 0);
    const evidence = open.map((it) => ({ text: told(it) }));
    if (delivering.length === 0) {
      return lasting.some(({ closedAfter }) => closedAfter === null)
        ? inconclusive(
            `${listed(lasting.map(told))}: whether it would still deliver could not be seen.`,
            evidence,
          )
        : pass(`${listed(open.map(told))}.`, evidence);
    }
    return sessionSurvives(artifacts)
      ? inconclusive(
          "A channel goes on, and the session itself survives the logout, too.",
          evidence,
        )
      : fail(`${listed(delivering.map(told))}.`, evidence);
  },
});

function told({ kind, url, closedAfter, messagesAfter, watchedFor }: ChannelFact): string {
  const end =
    closedAfter === null
      ? `was open for all of ${seconds(watchedFor)}`
      : `closed ${seconds(closedAfter)}`;
  return `${kind} ${place(url)} ${end} after the logout and delivered ${counted(messagesAfter, "message")}`;
}
