/** The words of the components, where the plain pages use others. */
import type { Texts } from "endsession/react";

/** For the provider. */
export const texts: Partial<Texts> = {
  logout: {
    current: "Log out",
    others: "Log out other devices",
    all: "Log out everywhere",
  },
  logoutHere: "Log out this device",
  othersEnded: "Every other device has been logged out.",
  reasons: {
    logged_out:
      "The session is over on the server, also for anybody who kept a copy of its cookie.",
    revoked_elsewhere: "You were logged out from another device.",
    expired_idle: "You were logged out for lack of activity.",
    expired_absolute: "Your session has reached its end.",
    reuse_detected: "You were logged out: somebody has used a copy of your sign-in.",
    credentials_changed: "You were logged out: your account has changed.",
  },
};
