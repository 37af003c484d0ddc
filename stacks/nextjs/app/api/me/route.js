import { protect } from "endsession/next";
import { open } from "../../../lib/endsession.js";

export const GET = protect(open, async (_request, { session }) =>
  Response.json({ user: session.userId }),
);
