/** What a signed-in person sees and changes. Every change of credentials ends the other sessions. */
import { type Request, type Response, Router } from "express";
import type { EndSession, Logger } from "endsession";
import { protect, securityEvent, sessionOf } from "endsession/express";
import type { Accounts } from "../accounts.ts";
import { accountPage, type Refusal } from "../pages/account.ts";
import { messagePage } from "../pages/message.ts";
import { changeEmail, changePassword } from "./change.ts";
import { fieldOf, parameterOf, readForm } from "./form.ts";

/** `GET /account`, `GET /me`, `POST /account/password` and `POST /account/email`. */
export function accountRoutes(endsession: EndSession, accounts: Accounts, logger: Logger): Router {
  const router = Router();
  const signedIn = protect(endsession, { page: true });

  router.get("/account", signedIn, (req, res) => show(req, res, null));

  router.get("/me", protect(endsession, { page: false }), async (req, res) => {
    const { id, userId, createdAt, lastSeenAt, device } = sessionOf(req);
    const { email } = await accounts.get(userId);
    const session = {
      id,
      created_at: new Date(createdAt).toISOString(),
      last_seen_at: new Date(lastSeenAt).toISOString(),
      device: device.name,
      current: true,
    };
    res.json({ user_id: userId, email, session });
  });

  router.post("/account/password", signedIn, readForm, async (req, res) => {
    const change = {
      current: fieldOf(req, "current_password"),
      next: fieldOf(req, "new_password"),
    };
    const refusal = await changePassword(accounts, sessionOf(req).userId, change);
    await (refusal ? show(req, res, refusal) : finish(req, res, "password_changed"));
  });

  router.post("/account/email", signedIn, readForm, async (req, res) => {
    const change = {
      current: fieldOf(req, "current_password"),
      email: fieldOf(req, "email").trim(),
    };
    const refusal = await changeEmail(accounts, sessionOf(req).userId, change);
    await (refusal ? show(req, res, refusal) : finish(req, res, "email_changed"));
  });

  // Where a browser lands that is sent back to a form's address, after a sign-in for instance.
  router.get(["/account/password", "/account/email"], (_req, res) => {
    res.redirect(303, "/account");
  });

  return router;

  async function show(req: Request, res: Response, refusal: Refusal | null): Promise<void> {
    const current = sessionOf(req);
    const { email } = await accounts.get(current.userId);
    const sessions = await endsession.sessions.list({ userId: current.userId });
    const done = parameterOf(req, "done");
    res.status(refusal === null ? 200 : 422);
    res.send(accountPage({ email, current, sessions, now: Date.now(), done, refusal }));
  }

  /** The account is changed: now the other sessions end, and this one goes on under a new id. */
  async function finish(
    req: Request,
    res: Response,
    type: "password_changed" | "email_changed",
  ): Promise<void> {
    try {
      await securityEvent(endsession, req, res, { type });
      res.redirect(303, `/account?done=${type}`);
    } catch (error) {
      logger.error({ error, type }, "the other sessions did not end after a change");
      const { email } = await accounts.get(sessionOf(req).userId);
      const message = {
        status: 503,
        title: "Half done",
        text:
          "Your change is saved, but your other devices may still be signed in. " +
          "Go back to the account and press “Log out everywhere”.",
      };
      res.status(503).set("Retry-After", "2").send(messagePage(message, email));
    }
  }
}
