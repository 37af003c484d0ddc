import type { LogoutAnswer } from "../artifacts.ts";
import { defineAudit, fail, inconclusive, notApplicable, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { logoutDoubt } from "./logout-done.ts";
import { listed } from "./wording.ts";

export const logoutLeaksValidity: Audit = defineAudit({
  id: "logout-leaks-validity",
  title: "Logout does not tell whether the session was alive",
  failTitle: "Logout tells whether the session was alive",
  why: "Whoever found a session id or token can ask the logout whether it is worth anything, where no login attempt is counted.",
  severity: "low",
  requirements: ["LO-04", "RFC 7009 §2.2"],
  cwe: 204,
  bounty: "Broken Authentication and Session Management > Failure to Invalidate Session",
  fix: "Send one and the same answer, status, redirect and body, whether the credential was alive, dead or never existed.",
  needs: "answers",
  judge({ live, dead, random, bearer }, artifacts) {
    const doubt = logoutDoubt(artifacts);
    if (doubt !== null) return inconclusive(doubt);
    const others = [
      ["a dead", dead],
      ["an unknown", random],
    ] as const;
    const usable = (answer: LogoutAnswer | null): answer is LogoutAnswer =>
      answer !== null && answer.status > 0 && answer.status < 400;
    if (!usable(live)) {
      return inconclusive("Repeated with a living session, the logout request did not succeed.");
    }
    const compared = others.flatMap(([whose, answer]) =>
      usable(answer) ? [{ whose, answer }] : [],
    );
    if (compared.length === 0) {
      return bearer || others.some(([, answer]) => (answer?.status ?? 0) >= 400)
        ? notApplicable(
            "Without a living session the logout is answered with an error; whether that is right is judged by logout-needs-live-session.",
          )
        : inconclusive("There is no answer to a dead or unknown credential to compare with.");
    }
    const told = compared.flatMap(({ whose, answer }) => {
      const by = differences(live, answer);
      return by.length > 0 ? [{ whose, answer, by }] : [];
    });
    if (told.length === 0) {
      return pass(
        "The logout's answers to living, dead and unknown credentials are of one kind.",
        compared.map(({ whose, answer }) => ({
          exchange: answer.exchange,
          text: `logout with ${whose} credential: ${answer.status}`,
        })),
      );
    }
    if (artifacts.collected.departure?.signOut.request?.token === true) {
      return notApplicable(
        "The answers differ, but the logout takes a token that only the session's own pages know: with a credential alone nobody can ask.",
      );
    }
    return fail(
      `The logout answers ${listed(told.map(({ whose }) => whose))} credential otherwise than a living one: ${listed(told.flatMap(({ by }) => by))}.`,
      [
        { exchange: live.exchange, text: `logout with a living credential: ${live.status}` },
        ...told.map(({ whose, answer }) => ({
          exchange: answer.exchange,
          text: `logout with ${whose} credential: ${answer.status}`,
        })),
      ],
    );
  },
});

function differences(live: LogoutAnswer, other: LogoutAnswer): string[] {
  const to = ({ location }: LogoutAnswer): string => location ?? "nowhere";
  return [
    ...(live.status === other.status ? [] : [`status ${other.status} instead of ${live.status}`]),
    ...(live.location === other.location
      ? []
      : [`redirect to ${to(other)} instead of ${to(live)}`]),
    ...(live.shape === other.shape || [live.shape, other.shape].includes("unread")
      ? []
      : [`body “${other.shape}” instead of “${live.shape}”`]),
  ];
}
