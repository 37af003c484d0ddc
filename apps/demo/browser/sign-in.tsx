/** The form that signs in, without leaving the page. */
import { useSession } from "endsession/react";
import { type ReactElement, type SubmitEvent, useState } from "react";
import { demoAccounts } from "../src/demo-accounts.ts";
import { Field, FormError } from "./field.tsx";
import { postJson } from "./post-json.ts";

const wrongCredentials = "That email and password do not belong to an account. Please try again.";
const otherFailure = "Signing in did not work this time. Please try again.";

/** The form, and the accounts to try it with. */
export function SignIn(): ReactElement {
  const { client } = useSession();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  const signIn = async (form: FormData): Promise<void> => {
    setBusy(true);
    setError(null);
    const status = await postJson("/login", {
      email: form.get("email"),
      password: form.get("password"),
      remember_me: form.has("remember_me"),
    });
    if (status === 200) await client.signedIn();
    else setError(status === 401 ? wrongCredentials : otherFailure);
    setBusy(false);
  };
  const onSubmit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!busy) void signIn(new FormData(event.currentTarget));
  };
  return (
    <>
      <FormError id="error">{error}</FormError>
      <form className="card stack" method="post" action="/login" onSubmit={onSubmit}>
        <Field
          id="email"
          label="Email"
          type="email"
          autoComplete="username"
          spellCheck={false}
          autoCapitalize="none"
          maxLength={254}
          autoFocus
        />
        <Field id="password" label="Password" type="password" autoComplete="current-password" />
        <div className="check">
          <input id="remember_me" name="remember_me" type="checkbox" value="true" />
          <label htmlFor="remember_me">Remember me</label>
        </div>
        <button className="button button-primary button-block" type="submit" aria-busy={busy}>
          {busy ? "Signing in…" : "Sign in"}
        </button>
      </form>
      <section className="aside" aria-labelledby="accounts">
        <h2 id="accounts">Demo accounts</h2>
        <dl>
          {demoAccounts.map(({ email, password }) => (
            <div key={email}>
              <dt>
                <code>{email}</code>
              </dt>
              <dd>
                <code>{password}</code>
              </dd>
            </div>
          ))}
        </dl>
      </section>
    </>
  );
}
