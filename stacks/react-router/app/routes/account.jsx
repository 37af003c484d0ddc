import { protect, securityEvent, sessionOf } from "endsession/react-router";
import { Form } from "react-router";
import { open } from "../endsession.server.js";
import { setPassword } from "../users.server.js";

export const middleware = [protect(open, { page: true })];

export const loader = (args) => ({ user: sessionOf(args).userId });

export async function action(args) {
  const form = await args.request.formData();
  await setPassword(sessionOf(args).userId, form.get("password"));
  await securityEvent(await open(), args, { type: "password_changed" }); // ends the other sessions
  return null;
}

export default function Account({ loaderData: { user } }) {
  return (
    <>
      <h1>{user}</h1>
      <Form method="post">
        <input name="password" type="password" autoComplete="new-password" required />
        <button>Change password</button>
      </Form>
      <form method="post" action="/logout">
        <button>Log out</button>
      </form>
    </>
  );
}
