import { me, route, scene } from "../../../lib/contract.js";

export const GET = route(async (...call) => {
  await scene().slow();
  return me(...call);
});
