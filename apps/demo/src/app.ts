/**
 * The demo as an Express application. endsession answers the routes that begin and end sessions;
 * the pages, the accounts and everything else are the application's own.
 */
import express, { type Express, type RequestHandler, Router } from "express";
import type { EndSession, Logger } from "endsession";
import { mount } from "endsession/express";
import type { Accounts } from "./accounts.ts";
import { siteIcon } from "./pages/icons.ts";
import { accountRoutes } from "./routes/account.ts";
import { failure, notFound } from "./routes/failure.ts";
import { signInRoutes } from "./routes/sign-in.ts";
import { style, styleHref } from "./style.ts";

/** What the application is told about its surroundings. */
export interface AppOptions {
  /** Where failures are reported. */
  readonly logger: Logger;
  /** Whether browsers reach it by https. */
  readonly secure: boolean;
}

/** The application; it listens nowhere yet. */
export function createApp(
  endsession: EndSession,
  accounts: Accounts,
  { logger, secure }: AppOptions,
): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("query parser", "simple");

  app.use(mount(endsession));
  app.use(guardPages);
  app.use(assets());
  app.use(signInRoutes(endsession, accounts, secure));
  app.use(accountRoutes(endsession, accounts, logger));
  app.use(notFound(endsession, accounts));
  app.use(failure(logger));
  return app;
}

/** No script runs on any page, nothing is framed, and no page is kept in any cache. */
const guardPages: RequestHandler = (_req, res, next) => {
  res.set({
    "Cache-Control": "no-store",
    "Content-Security-Policy":
      "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; " +
      "base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    // Not "no-referrer": browsers would then send their forms with `Origin: null`.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
  });
  next();
};

function assets(): Router {
  const router = Router();
  router.get("/assets/style.css", (req, res) => {
    const lasting = req.originalUrl === styleHref;
    res.set("Cache-Control", lasting ? "public, max-age=31536000, immutable" : "no-cache");
    res.type("css").send(style);
  });
  router.get("/assets/icon.svg", (_req, res) => {
    // The icon styles itself, which the policy of the pages would not let it.
    res.set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
    res.set("Cache-Control", "public, max-age=86400").type("svg").send(siteIcon);
  });
  return router;
}
