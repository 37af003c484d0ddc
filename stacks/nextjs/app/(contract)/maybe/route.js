import { currentSession, withCookies } from "endsession/fetch";
import { open } from "../../../lib/endsession.js";

export const GET = async (request) => {
  const { session, cookies } = await currentSession(await open(), request);
  return withCookies(Response.json({ user: session?.userId ?? null }), cookies);
};
