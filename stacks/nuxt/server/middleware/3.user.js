import { currentSession, sessionOf } from "endsession/nuxt";

// For the pages: who is signed in. What is private knows it from `protect`.
export default defineEventHandler(async (event) => {
  const { context, path } = event;
  if (path.startsWith("/account")) context.user = sessionOf(event).userId;
  else if (path === "/") context.user = (await currentSession(await open(), event))?.userId ?? null;
});
