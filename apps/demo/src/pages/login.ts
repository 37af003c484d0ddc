/** The page on which a person signs in. The form goes to the library's route. */
import { demoAccounts } from "../demo-accounts.ts";
import { field, formError } from "./field.ts";
import { html, type Html } from "./html.ts";
import { page } from "./layout.ts";

/** What the page shows besides the form. */
export interface LoginView {
  /** The code of what went wrong, as the address bar has it; never shown itself. */
  readonly error: string | null;
  /** The checked path to go on to; null for the account. */
  readonly next: string | null;
}

const wrongCredentials = "That email and password do not belong to an account. Please try again.";
const otherFailure = "Signing in did not work this time. Please try again.";

/** The page. */
export function loginPage({ error, next }: LoginView): string {
  const sentence = error === "invalid_credentials" ? wrongCredentials : otherFailure;
  return page({
    title: "Sign in",
    email: null,
    main: html`<h1>Sign in</h1>
      <p class="lead">Sign in on two devices, end one from the other, and watch it stop at once.</p>
      ${formError(error === null ? null : sentence, "error")}
      <form class="card stack" method="post" action="/login">
        ${next === null ? null : html`<input type="hidden" name="next" value="${next}" />`}
        ${field({
          id: "email",
          name: "email",
          label: "Email",
          type: "email",
          autocomplete: "username",
          maxlength: 254,
          autofocus: true,
        })}
        ${field({
          id: "password",
          name: "password",
          label: "Password",
          type: "password",
          autocomplete: "current-password",
        })}
        <div class="check">
          <input id="remember_me" name="remember_me" type="checkbox" value="true" />
          <label for="remember_me">Remember me</label>
        </div>
        <button class="button button-primary button-block" type="submit">Sign in</button>
      </form>
      ${accountList()}`,
  });
}

function accountList(): Html {
  return html`<section class="aside" aria-labelledby="accounts">
    <h2 id="accounts">Demo accounts</h2>
    <dl>
      ${demoAccounts.map(
        ({ email, password }) =>
          html`<div>
            <dt><code>${email}</code></dt>
            <dd><code>${password}</code></dd>
          </div>`,
      )}
    </dl>
  </section>`;
}
