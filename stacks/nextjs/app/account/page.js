import { redirect } from "next/navigation";
import { currentSession, logout, securityEvent } from "../../lib/endsession.js";
import { setPassword } from "../../lib/users.js";

async function changePassword(form) {
  "use server";
  const session = await currentSession();
  if (!session) redirect("/signin");
  await setPassword(session.userId, form.get("password"));
  await securityEvent(session, { type: "password_changed" }); // ends the other sessions
}

async function leave() {
  "use server";
  await logout(); // rejects unless the session has ended
  redirect("/");
}

export default async function Account() {
  const session = await currentSession();
  if (!session) redirect("/signin");
  return (
    <>
      <h1>{session.userId}</h1>
      <form action={changePassword}>
        <input name="password" type="password" autoComplete="new-password" required />
        <button>Change password</button>
      </form>
      <form action={leave}>
        <button>Log out</button>
      </form>
    </>
  );
}
