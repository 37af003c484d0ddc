/** The words that the components show, in English; an application may replace each of them. */
import type { LogoutScope, SignedOutReason } from "../client/types.ts";

/** All texts. Give some of them to `SessionProvider`, or to one component. */
export interface Texts {
  /** The button that logs out, by its scope; with a question mark, what is asked before. */
  readonly logout: Readonly<Record<LogoutScope, string>>;
  /** That button while it is under way. */
  readonly loggingOut: string;
  /** After a logout of the others, which changes nothing else on this page. */
  readonly othersEnded: string;
  /** What unfolds the ways to log out, and the first of them. */
  readonly options: string;
  readonly logoutHere: string;
  /** Below the question before a logout. */
  readonly confirm: string;
  readonly cancel: string;
  /** The name of the list of devices. */
  readonly devices: string;
  readonly loading: string;
  readonly thisDevice: string;
  /** When a device was last used; `at` is in milliseconds since 1970. */
  readonly lastSeen: (at: number) => string;
  /** The question before one device is ended, and what is said afterwards. */
  readonly endDevice: (device: string) => string;
  readonly deviceEnded: (device: string) => string;
  /** The warning before the end without activity; `seconds` is 10, 30, or whole minutes. */
  readonly idleTitle: string;
  readonly idle: (seconds: number) => string;
  readonly stay: string;
  /** What `SessionStatus` says of an end; nothing where there is no text. */
  readonly reasons: Readonly<Partial<Record<SignedOutReason, string>>>;
}

/** The default texts. */
export const english: Texts = {
  logout: { current: "Log out", others: "Log out other devices", all: "Log out all devices" },
  loggingOut: "Logging out…",
  othersEnded: "Your other devices are logged out.",
  options: "Logout options",
  logoutHere: "Log out this device",
  confirm: "To come back, you will have to sign in again.",
  cancel: "Cancel",
  devices: "Your devices",
  loading: "Loading…",
  thisDevice: "This device",
  lastSeen: (at) =>
    `Last used ${new Date(at).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" })}`,
  endDevice: (device) => `Log out ${device}?`,
  deviceEnded: (device) => `${device} is logged out.`,
  idleTitle: "Are you still there?",
  idle: (seconds) =>
    `You will be logged out in less than ${
      seconds > 60 ? `${seconds / 60} minutes` : `${seconds} seconds`
    }.`,
  stay: "Stay signed in",
  reasons: {
    logged_out: "You are logged out.",
    revoked_elsewhere: "You were logged out from another device.",
    expired_idle: "You were logged out for lack of activity.",
    expired_absolute: "Your session is over.",
    reuse_detected: "You were logged out: a copy of your sign-in was used.",
    credentials_changed: "You were logged out: your account has changed.",
  },
};
