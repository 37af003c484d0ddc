import { securityEvent, sessionOf } from "endsession/nuxt";

export default defineEventHandler(async (event) => {
  const { password } = await readBody(event);
  await setPassword(sessionOf(event).userId, password);
  await securityEvent(await open(), event, { type: "password_changed" }); // ends the other sessions
  return sendRedirect(event, "/account", 303);
});
