import { route } from "../../../lib/contract.js";
import { reauthenticate } from "../../../lib/endsession.js";

export const POST = route(
  async (_request, { session }) => {
    const credentials = await reauthenticate(session, ["pwd"]);
    return Response.json({ user: credentials.session.userId });
  },
  { allowStale: true },
);
