import { signIn } from "endsession/nuxt";

export default defineEventHandler(async (event) => {
  const endsession = await open();
  const site = getHeader(event, "sec-fetch-site") ?? "same-origin";
  if (site !== "same-origin") throw createError({ statusCode: 403 }); // login CSRF
  const { email, password, remember_me } = await readBody(event);
  const after = await endsession.sessions.mark(); // before the password is checked
  const user = await findUser(email, password);
  if (!user) return sendRedirect(event, "/signin?error=invalid_credentials", 303);
  await signIn(endsession, event, { userId: user.id, rememberMe: remember_me === "on", after });
  return sendRedirect(event, "/account", 303);
});
