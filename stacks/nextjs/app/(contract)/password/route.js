import { securityEvent, withCookies } from "endsession/fetch";
import { route } from "../../../lib/contract.js";
import { open } from "../../../lib/endsession.js";

export const POST = route(async (request, { session }) => {
  const event = { type: "password_changed" };
  const { credentials, cookies } = await securityEvent(await open(), request, session, event);
  return withCookies(Response.json({ kept: credentials !== null }), cookies);
});
