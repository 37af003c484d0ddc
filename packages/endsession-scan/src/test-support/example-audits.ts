/** Some audits, with what they might have found in the example. */
import type { AuditMeta, Evidence, Verdict } from "../audit.ts";

export interface ExampleAudit extends AuditMeta {
  readonly usual: Verdict;
  readonly reasons: Partial<Record<Verdict, string>>;
  readonly evidence?: readonly Evidence[];
}

const logout =
  "Broken Authentication and Session Management > Failure to Invalidate Session > On Logout";

export const exampleAudits: readonly ExampleAudit[] = [
  {
    id: "session-survives-logout",
    title: "The session is dead after logout",
    failTitle: "The session survives its logout",
    why: "Whoever holds the old cookie (a thief, a proxy's log, the next person at the device) is still signed in, and the user has no way left to end it.",
    severity: "high",
    requirements: ["LO-01", "RV-01", "CK-10", "ASVS 7.4.1", "WSTG-SESS-06"],
    cwe: 613,
    bounty: logout,
    fix: "End the session in the server's store before answering the logout, and look the session up on every request that it authenticates.",
    usual: "fail",
    reasons: {
      fail: "30 s after the logout the old cookie sid is still accepted from a client that never signed out.",
      pass: "All 12 replays were refused, the first 0.2 s after the logout's answer.",
      inconclusive:
        "Just before the logout the captured credentials were not accepted from a fresh client, so a refusal after it would prove nothing.",
    },
    evidence: [
      { exchange: "x20", text: "0.3 s before the logout, cookie sid: accepted" },
      { exchange: "x24", text: "0.2 s after the logout, cookie sid: accepted" },
      { exchange: "x31", text: "30 s after the logout, cookie sid: accepted" },
    ],
  },
  {
    id: "token-survives-logout",
    title: "The access token is dead after logout",
    failTitle: "The access token survives its logout",
    why: "A stolen token stays good until it expires.",
    severity: "high",
    requirements: ["TK-04", "ASVS 7.4.1"],
    cwe: 613,
    bounty: logout,
    fix: "Check the session behind a token, or keep tokens so short that their end is not missed.",
    usual: "not-applicable",
    reasons: { "not-applicable": "No request header signs in here: cookies do." },
  },
  {
    id: "revocation-delayed",
    title: "The logout works at once",
    failTitle: "The logout works only after a while",
    why: "A stolen cookie is good for some time after the user was told that it is not.",
    severity: "medium",
    requirements: ["RV-02"],
    cwe: 613,
    bounty: logout,
    fix: "Answer the logout when every instance knows of it, not before.",
    usual: "not-applicable",
    reasons: {
      "not-applicable": "The session does not end at all.",
      fail: "The ended credentials were accepted for 4.0 s after the logout had answered, and refused from 6.0 s on. A cache is likely.",
    },
  },
  {
    id: "cookie-flags",
    title: "The session's cookie is protected",
    failTitle: "The session's cookie is not protected",
    why: "A script on the page, or a request from another site, can use the session.",
    severity: "low",
    requirements: ["CK-07", "ASVS 3.3.1"],
    cwe: 1004,
    bounty: "Server Security Misconfiguration > Missing Secure or HTTPOnly Cookie Flag",
    fix: "Set the cookie with HttpOnly, Secure and SameSite=Lax.",
    usual: "fail",
    reasons: { fail: "Cookie sid is sent without Secure although the application uses https." },
    evidence: [
      { exchange: "x3", text: "Set-Cookie of the sign-in: sid, Path=/, HttpOnly, SameSite=Lax" },
    ],
  },
  {
    id: "back-button-shows-page",
    title: "Back shows nothing private after logout",
    failTitle: "Back shows the private page after logout",
    why: "The next person at the device reads what the user saw, by one press of a button.",
    severity: "medium",
    requirements: ["FE-03", "WSTG-ATHN-06"],
    cwe: 525,
    bounty: "Server Security Misconfiguration > Cache-Control for a Sensitive Page",
    fix: "Send Cache-Control: no-store with private pages, and blank a page that is restored (pageshow with persisted) until the session was asked.",
    usual: "fail",
    reasons: {
      fail: "After the logout, Back showed “Your orders, Ada Lovelace” from the back/forward cache.",
    },
    evidence: [{ text: "Read on the page: Your orders, Ada Lovelace" }],
  },
  {
    id: "other-tab-stays",
    title: "Other tabs notice the logout",
    failTitle: "Another tab goes on showing private data",
    why: "The user believes to have left, and the second tab says otherwise to whoever looks.",
    severity: "low",
    requirements: ["FE-06"],
    cwe: 613,
    bounty: logout,
    fix: "Tell other tabs by BroadcastChannel, and ask for the session when a tab becomes visible.",
    usual: "inconclusive",
    reasons: { inconclusive: "The second tab could not be opened: a dialog of the page held it." },
  },
  {
    id: "logout-needs-live-session",
    title: "A logout is answered well without a session",
    failTitle: "A logout without a session is an error",
    why: "Who signs out twice sees an error, and cannot tell whether the session is over.",
    severity: "low",
    requirements: ["LO-07"],
    cwe: 754,
    bounty: "Varies",
    fix: "Answer every logout alike.",
    usual: "inconclusive",
    reasons: { inconclusive: "The dead session's logout got no answer." },
    evidence: [{ exchange: "x40", text: "The logout once more, with the dead cookie" }],
  },
  ...[
    [
      "cookie-not-deleted",
      "The cookie is deleted at logout",
      "The browser holds no cookie sid any more.",
    ],
    [
      "cookie-twins",
      "There is one cookie of each name",
      "One cookie sid was seen, at shop.example and /.",
    ],
    [
      "other-device-ended",
      "Signing out here leaves other devices alone",
      "Device B was still signed in.",
    ],
    [
      "logout-by-get",
      "A plain link does not sign out",
      "GET /logout was answered 405, and the session lived on.",
    ],
    [
      "logout-cross-site",
      "Another site cannot sign the user out",
      "A form of another site was refused.",
    ],
    [
      "session-fixation",
      "Signing in makes a new session",
      "Cookie sid had another value after the sign-in.",
    ],
    ["secret-in-url", "No secret travels in an address", "Of 64 addresses none held a secret."],
    [
      "cors-too-open",
      "Foreign pages may not read private answers",
      "No foreign origin was allowed credentials.",
    ],
    [
      "redirect-not-safe",
      "Logout redirects nowhere foreign",
      "Eleven parameters were tried; none was followed.",
    ],
    [
      "error-details-shown",
      "Errors tell nothing of the inside",
      "Four provoked errors showed no trace.",
    ],
  ].map(([id = "", title = "", reason = ""]) => quiet(id, title, "pass", reason)),
  ...[
    [
      "refresh-survives-logout",
      "The refresh token is dead after logout",
      "No refresh request was seen.",
    ],
    [
      "remember-me-survives-logout",
      "The remember-me token is dead after logout",
      "There is no such choice at the sign-in.",
    ],
    [
      "service-worker-serves-private",
      "No service worker serves private pages",
      "There is no service worker.",
    ],
    [
      "logout-all-incomplete",
      "“Log out everywhere” ends all sessions",
      "It was not asked for (--logout-all).",
    ],
  ].map(([id = "", title = "", reason = ""]) => quiet(id, title, "not-applicable", reason)),
];

function quiet(id: string, title: string, usual: Verdict, reason: string): ExampleAudit {
  return {
    id,
    title,
    failTitle: `Not so: ${title}`,
    why: "It matters.",
    severity: "medium",
    requirements: ["LO-01"],
    cwe: 613,
    bounty: logout,
    fix: "Mend it.",
    usual,
    reasons: { [usual]: reason },
  };
}
