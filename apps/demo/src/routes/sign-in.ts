/** The pages around a session: sign-in before it, confirmation within it, farewell after it. */
import { type Response, Router } from "express";
import type { EndSession } from "endsession";
import { protect, sessionOf } from "endsession/express";
import type { Accounts } from "../accounts.ts";
import { localPath } from "../local-path.ts";
import { loginPage } from "../pages/login.ts";
import { loggedOutPage } from "../pages/message.ts";
import { reauthenticatePage } from "../pages/reauthenticate.ts";
import { parameterOf } from "./form.ts";
import { visitorOf } from "./visitor.ts";

/** `GET /`, `/login`, `/reauthenticate` and `/logged-out`. */
export function signInRoutes(endsession: EndSession, accounts: Accounts, secure: boolean): Router {
  const router = Router();

  router.get("/", async (req, res) => {
    const visitor = await visitorOf(endsession, accounts, req, res);
    res.redirect(303, visitor === null ? "/login" : "/account");
  });

  router.get("/login", async (req, res) => {
    const visitor = await visitorOf(endsession, accounts, req, res);
    if (visitor !== null) return res.redirect(303, "/account");
    dropLeftPages(res, secure);
    const error = parameterOf(req, "error");
    res.send(loginPage({ error, next: localPath(parameterOf(req, "next")) }));
  });

  router.get("/logged-out", async (req, res) => {
    // The page says that the session is over: never to somebody whose session is not.
    const visitor = await visitorOf(endsession, accounts, req, res);
    if (visitor !== null) return res.redirect(303, "/account");
    dropLeftPages(res, secure);
    res.send(loggedOutPage());
  });

  router.get(
    "/reauthenticate",
    protect(endsession, { allowStale: true, page: true }),
    async (req, res) => {
      const { email } = await accounts.get(sessionOf(req).userId);
      const failed = parameterOf(req, "error") !== null;
      const next = localPath(parameterOf(req, "next"));
      res.send(reauthenticatePage({ email, failed, next }));
    },
  );

  return router;
}

/**
 * Keeps the back button from showing a page of the session that is over. Chromium holds pages in
 * memory, `no-store` or not, and drops those once a cookie is set; that cookies are deleted does
 * not count (measured in Chromium 156). So one is set, with another value each time.
 */
function dropLeftPages(res: Response, secure: boolean): void {
  const value = Date.now().toString(36);
  res.cookie("left", value, { maxAge: 1000, path: "/", httpOnly: true, sameSite: "lax", secure });
}
