/** `endsession/better-auth`: a plugin for better-auth that ends what is signed out. */
export { endsessionPlugin, type EndSessionPlugin } from "./bridges/better-auth/plugin.ts";
export { adoptSessions, type SessionRow } from "./bridges/better-auth/start.ts";
