import { defineAudit, fail, inconclusive, notApplicable, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";

export const refreshFamilyForks: Audit = defineAudit({
  id: "refresh-family-forks",
  title: "A refresh token has one successor",
  failTitle: "One refresh token gives two living successors",
  why: "A thief who refreshes at the same moment as the owner gets a branch of his own: each looks right by itself, and reuse is never noticed.",
  severity: "medium",
  requirements: ["RT-04", "RT-06", "ASVS 10.4.5", "RFC 9700 §4.14.2"],
  cwe: 362,
  bounty: "Server Security Misconfiguration > Race Condition",
  fix: "Rotate by one conditional update, and answer whoever comes second within the grace with the same successor.",
  needs: "refresh",
  judge({ rotates, reuse, fork, found }) {
    if (!rotates) return notApplicable(`The refresh token is not rotated: ${found}.`);
    if (reuse?.accepted === true) {
      return notApplicable(
        "A spent token is accepted at any time, see refresh-reuse-accepted; that it forks follows.",
      );
    }
    if (fork === null || fork.successors === 0) {
      return inconclusive("One refresh token, presented twice at once, got no successor.");
    }
    const seen = `One refresh token, presented twice at once, got ${fork.successors} different successors, of which ${fork.working} worked.`;
    return fork.successors > 1 && fork.working > 1
      ? fail(seen, [{ text: seen }])
      : pass(seen, [{ text: seen }]);
  },
});
