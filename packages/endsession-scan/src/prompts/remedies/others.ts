/** Other devices: those that should end, and those that should not. */
import { carriers, deviceControls, logout } from "../facts.ts";
import type { Remedy } from "../remedy.ts";
import type { Script } from "../shell.ts";
import {
  acceptance,
  askLogout,
  askPrivate,
  pasteAgain,
  refusal,
  remark,
  script,
} from "../shell.ts";

export const others: readonly Remedy[] = [
  {
    audit: "other-device-ended",
    topics: ["logout", "everywhere", "remember-me"],
    facts: [logout, carriers],
    holds: [
      "An ordinary logout ends the session of this device, with its tokens, and no other.",
      "Ending all devices is an act of its own, with an address and a control of its own.",
      "Tokens and versions are kept by session, not by user, wherever a single logout touches them.",
    ],
    never: [
      "Do not fix it by ending less on this device: all credentials of this session still die.",
    ],
    check: (seen) =>
      script(
        remark("sign in on two devices; paste the credential of the first:"),
        askLogout(seen, "2xx or a redirect"),
        pasteAgain(seen, "the credential of the second:"),
        askPrivate(seen, acceptance(seen)),
      ),
  },
  {
    audit: "logout-all-missing",
    topics: ["everywhere"],
    facts: [deviceControls],
    holds: [
      "Where sessions or devices are listed there is a control that ends all others, and one that ends all.",
      "It ends every session, refresh token and remember-me token of the user, at once and on the server; what it keeps (this device) gets a new credential.",
      "Its cost does not grow with the number of sessions: one statement by user, or one per-user version that every check compares.",
      "It asks for the password again when the last sign-in is old, and is a POST protected like the logout.",
    ],
    never: [
      "A loop over a list that is read first is no fix: sessions that begin meanwhile survive.",
    ],
    check: (seen) => twoDevices(seen, "use the new control on the first device"),
    options: ["--logout-all"],
  },
  {
    audit: "logout-all-incomplete",
    topics: ["everywhere", "tokens", "remember-me"],
    facts: [deviceControls, carriers],
    holds: [
      "After “log out everywhere” no credential from before it is accepted: sessions, access tokens, refresh tokens, remember-me tokens of all the user's devices.",
      "A sign-in that happens at the same time is either ended too or begins after it, never half of both.",
      "When the store cannot be reached the answer is an error, not a success.",
    ],
    never: ["Deleting what a list of sessions shows is no fix where the list is not the truth."],
    check: (seen) => twoDevices(seen, "use “log out everywhere” on the first device"),
    options: ["--logout-all"],
  },
  {
    audit: "password-change-keeps-sessions",
    topics: ["everywhere", "tokens", "remember-me"],
    facts: [carriers],
    holds: [
      "A change of password ends all other sessions of the user, with their tokens and remember-me tokens, in the same transaction; this device stays signed in with a new credential.",
      "The same holds for every way to a new password (settings, reset by e-mail, administrator), and for a change of e-mail address, second factor or role.",
    ],
    never: ["Leaving it to a checkbox that is off is no fix."],
    check: (seen) => twoDevices(seen, "change the password on the first device"),
    options: ["--change-password"],
  },
];

function twoDevices(seen: Parameters<typeof askPrivate>[0], act: string): string[] {
  const done: Script = remark(`${act}, then with the same credential of the second:`);
  return script(
    remark("sign in on two devices; paste the credential of the second:"),
    askPrivate(seen, acceptance(seen)),
    done,
    askPrivate(seen, refusal(seen)),
  );
}
