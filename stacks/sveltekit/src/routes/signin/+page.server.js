import { redirect } from "@sveltejs/kit";
import { signIn } from "endsession/sveltekit";
import { open } from "$lib/server/endsession.js";
import { findUser } from "$lib/server/users.js";

export const actions = {
  default: async (event) => {
    const endsession = await open();
    const form = await event.request.formData();
    const after = await endsession.sessions.mark(); // before the password is checked
    const user = await findUser(form.get("email"), form.get("password"));
    if (!user) redirect(303, "/signin?error=invalid_credentials");
    const rememberMe = form.get("remember_me") === "on";
    await signIn(endsession, event, { userId: user.id, rememberMe, after });
    redirect(303, "/account");
  },
};
