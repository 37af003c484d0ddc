import { route } from "../../../lib/contract.js";
import { endOthers } from "../../../lib/endsession.js";

export const POST = route(async (_request, { session }) => {
  const { credentials } = await endOthers(session);
  return Response.json({ kept: credentials !== null });
});
