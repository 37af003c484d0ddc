import { signIn, withCookies } from "endsession/fetch";
import { open } from "../../../lib/endsession.js";

export const POST = async (request) => {
  const { user, remember = false } = await request.json();
  const { cookies } = await signIn(await open(), request, { userId: user, rememberMe: remember });
  return withCookies(Response.json({ user }, { headers: { "set-cookie": "own=1" } }), cookies);
};
