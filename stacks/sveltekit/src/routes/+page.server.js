import { currentSession } from "endsession/sveltekit";
import { open } from "$lib/server/endsession.js";

export const load = async (event) => {
  const session = await currentSession(await open(), event);
  return { user: session?.userId ?? null };
};
