import { cookies, headers } from "next/headers";
import { createEndSession } from "endsession";
import { actions } from "endsession/next";
import { sqliteStore } from "endsession/sqlite";

const create = async () =>
  createEndSession({
    store: await sqliteStore(process.env.DATABASE ?? "file:sessions.db"),
    secret: process.env.ENDSESSION_SECRET, // at least 32 random characters
    origin: process.env.ORIGIN, // such as https://app.example
    pages: { signIn: "/signin", signedIn: "/account" },
  });

// Opened at the first request, not when Next.js builds; once, though Next.js bundles this file more
// than once.
export const open = () => (globalThis.endsession ??= create());

export const { currentSession, signIn, logout, securityEvent, endOthers, reauthenticate } = actions(
  open,
  { cookies, headers },
);
