import { redirect } from "next/navigation";
import { open, signIn } from "../../lib/endsession.js";
import { findUser } from "../../lib/users.js";

async function submit(form) {
  "use server";
  const { sessions } = await open();
  const after = await sessions.mark(); // before the password is checked
  const user = await findUser(form.get("email"), form.get("password"));
  if (!user) redirect("/signin?error=invalid_credentials");
  await signIn({ userId: user.id, rememberMe: form.get("remember_me") === "on", after });
  redirect("/account");
}

export default function Login() {
  return (
    <form action={submit}>
      <input name="email" type="email" autoComplete="username" required />
      <input name="password" type="password" autoComplete="current-password" required />
      <label>
        <input name="remember_me" type="checkbox" /> Remember me
      </label>
      <button>Sign in</button>
    </form>
  );
}
