import { defineAudit, fail, inconclusive, notApplicable, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { doubtOf } from "./logout-done.ts";
import { place } from "./wording.ts";

export const serviceWorkerServesPrivate: Audit = defineAudit({
  id: "service-worker-serves-private",
  title: "The service worker serves nothing private after logout",
  failTitle: "The service worker serves private pages after logout",
  why: "Without a network, and without a session, whoever opens the address at this device reads the user's page.",
  severity: "medium",
  requirements: ["CL-05", "CL-01", "ASVS 14.3.1"],
  cwe: 524,
  bounty:
    "Server Security Misconfiguration > Lack of Security Headers > Cache-Control for a Sensitive Page",
  fix: "Keep answers that depend on who asks out of Cache Storage, and delete the worker's caches at logout.",
  needs: "departure",
  judge({ signOut, serviceWorker }) {
    if (serviceWorker === null)
      return inconclusive("Whether a service worker serves was not looked at.");
    if (!serviceWorker.registered) return notApplicable("The application has no service worker.");
    const doubt = doubtOf(signOut);
    if (doubt !== null) return inconclusive(doubt);
    const where = serviceWorker.url === null ? "the private page" : place(serviceWorker.url);
    return serviceWorker.servesPrivate
      ? fail(`After the logout, without a network, ${where} still shows private text.`, [
          { text: `offline: ${where} shows private text` },
        ])
      : pass(`After the logout, without a network, ${where} shows nothing private.`);
  },
});
