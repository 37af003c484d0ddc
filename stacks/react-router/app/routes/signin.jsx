import { signIn } from "endsession/react-router";
import { Form, redirect } from "react-router";
import { open } from "../endsession.server.js";
import { findUser } from "../users.server.js";

export async function action(args) {
  const endsession = await open();
  const site = args.request.headers.get("sec-fetch-site") ?? "same-origin";
  if (site !== "same-origin") throw new Response(null, { status: 403 }); // login CSRF
  const form = await args.request.formData();
  const after = await endsession.sessions.mark(); // before the password is checked
  const user = await findUser(form.get("email"), form.get("password"));
  if (!user) return redirect("/signin?error=invalid_credentials");
  const rememberMe = form.get("remember_me") === "on";
  await signIn(endsession, args, { userId: user.id, rememberMe, after });
  return redirect("/account");
}

export default function SignIn() {
  return (
    <Form method="post">
      <input name="email" type="email" autoComplete="username" required />
      <input name="password" type="password" autoComplete="current-password" required />
      <label>
        <input name="remember_me" type="checkbox" /> Remember me
      </label>
      <button>Sign in</button>
    </Form>
  );
}
