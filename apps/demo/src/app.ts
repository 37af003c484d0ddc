/**
 * The demo as an Express application. endsession answers the routes that begin and end sessions;
 * the pages, the accounts and everything else are the application's own.
 */
import express, { type Express, type RequestHandler } from "express";
import type { EndSession, Logger } from "endsession";
import { mount } from "endsession/express";
import type { Accounts } from "./accounts.ts";
import { accountRoutes } from "./routes/account.ts";
import { assetRoutes } from "./routes/assets.ts";
import { failure, notFound } from "./routes/failure.ts";
import { signInRoutes } from "./routes/sign-in.ts";
import { singlePageRoutes } from "./routes/single-page.ts";

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
  app.use(assetRoutes());
  app.use(singlePageRoutes());
  app.use(signInRoutes(endsession, accounts, secure));
  app.use(accountRoutes(endsession, accounts, logger));
  app.use(notFound(endsession, accounts));
  app.use(failure(logger));
  return app;
}

/**
 * Pages run their own script and style, send requests to their own server, and nothing else. None is
 * framed, and none is kept in any cache.
 */
const guardPages: RequestHandler = (_req, res, next) => {
  res.set({
    "Cache-Control": "no-store",
    "Content-Security-Policy":
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
      "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    // Not "no-referrer": browsers would then send their forms with `Origin: null`.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
  });
  next();
};
