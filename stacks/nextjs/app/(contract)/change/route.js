import { route } from "../../../lib/contract.js";

export const POST = route(async (request) => {
  const { text } = await request.json();
  return Response.json({ received: text.length });
});
