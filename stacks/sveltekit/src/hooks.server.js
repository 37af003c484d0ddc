import { sequence } from "@sveltejs/kit/hooks";
import { mount, protect } from "endsession/sveltekit";
import { open } from "$lib/server/endsession.js";

export const handle = sequence(
  mount(open),
  protect(open, { isPrivate: (pathname) => pathname.startsWith("/account") }),
);
