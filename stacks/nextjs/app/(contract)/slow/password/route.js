import { route, scene } from "../../../../lib/contract.js";
import { securityEvent } from "../../../../lib/endsession.js";

export const POST = route(async (_request, { session }) => {
  await scene().slow();
  const { credentials } = await securityEvent(session, { type: "password_changed" });
  return Response.json({ kept: credentials !== null });
});
