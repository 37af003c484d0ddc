import { createEndSession } from "endsession";
import { sqliteStore } from "endsession/sqlite";

const create = async () =>
  createEndSession({
    store: await sqliteStore(process.env.DATABASE ?? "file:sessions.db"),
    secret: process.env.ENDSESSION_SECRET, // at least 32 random characters
    origin: process.env.ORIGIN, // such as https://app.example
    pages: { signIn: "/signin", signedIn: "/account" },
  });

// Opened at the first request, not when Nuxt builds.
export const open = () => (globalThis.endsession ??= create());
