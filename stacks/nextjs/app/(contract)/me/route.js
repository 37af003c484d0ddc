import { me, route } from "../../../lib/contract.js";

export const GET = route(me);
