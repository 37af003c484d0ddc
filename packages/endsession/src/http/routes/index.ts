/** Every route, one file each. */
import type { HttpSettings } from "../settings.ts";
import type { Route } from "../route.ts";
import { audit } from "./audit.ts";
import { denylist } from "./denylist.ts";
import { events } from "./events.ts";
import { healthz } from "./healthz.ts";
import { introspect } from "./introspect.ts";
import { jwks } from "./jwks.ts";
import { login } from "./login.ts";
import { logout } from "./logout.ts";
import { logoutAll } from "./logout-all.ts";
import { mark } from "./mark.ts";
import { notMe, notMePage } from "./not-me.ts";
import { openapi } from "./openapi.ts";
import { reauthenticate } from "./reauthenticate.ts";
import { revoke } from "./revoke.ts";
import { securityEvents } from "./security-events.ts";
import { session } from "./session.ts";
import { sessionEnd, sessionEndForm } from "./session-end.ts";
import { sessions } from "./sessions.ts";
import { sessionsStart } from "./sessions-start.ts";
import { token } from "./token.ts";
import { verify } from "./verify.ts";

/** The routes of an installation: those that need a setting exist only with it. */
export function routesOf(settings: HttpSettings): readonly Route[] {
  const routes = [
    ...(settings.verifyPassword ? [login, reauthenticate] : []),
    token,
    logout,
    logoutAll,
    session,
    sessions,
    events,
    sessionEnd,
    sessionEndForm,
    verify,
    revoke,
    ...(settings.serviceToken === null
      ? []
      : [introspect, mark, sessionsStart, securityEvents, audit, denylist]),
    jwks,
    notMePage,
    notMe,
    healthz,
  ];
  return [...routes, openapi(routes)];
}
