import { securityEvent, sessionOf } from "endsession/sveltekit";
import { open } from "$lib/server/endsession.js";
import { setPassword } from "$lib/server/users.js";

export const load = (event) => ({ user: sessionOf(event).userId });

export const actions = {
  default: async (event) => {
    const form = await event.request.formData();
    await setPassword(sessionOf(event).userId, form.get("password"));
    await securityEvent(await open(), event, { type: "password_changed" }); // ends the other sessions
  },
};
