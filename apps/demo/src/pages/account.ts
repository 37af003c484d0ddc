/** The account: the devices that are signed in, and the acts that end sessions. */
import type { Session } from "endsession";
import { deviceList } from "./devices.ts";
import { field, formError, usernameHint } from "./field.ts";
import { html, type Html } from "./html.ts";
import { tick } from "./icons.ts";
import { page } from "./layout.ts";

/** What was sent with one of the two forms and could not be done. */
export interface Refusal {
  readonly form: "password" | "email";
  /** Which field is to be corrected, by the name under which it was sent. */
  readonly field: "current_password" | "new_password" | "email";
  readonly sentence: string;
  /** The e-mail address that was typed, to be shown again. */
  readonly email?: string;
}

/** What the page shows. */
export interface AccountView {
  readonly email: string;
  /** The session of this very request. */
  readonly current: Session;
  readonly sessions: readonly Session[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The code of what was done, as the address bar has it; never shown itself. */
  readonly done: string | null;
  readonly refusal: Refusal | null;
}

const notices: ReadonlyMap<string, string> = new Map([
  ["password_changed", "Your password is changed. Every other device has been logged out."],
  ["email_changed", "Your email is changed. Every other device has been logged out."],
  ["device_ended", "That device has been logged out."],
  ["others_ended", "Every other device has been logged out."],
]);

/** Password rules: long enough to matter, short enough to hash. */
export const passwordLength = { least: 8, most: 200 } as const;

/** The page. */
export function accountPage(view: AccountView): string {
  return page({
    title: "Account",
    email: view.email,
    width: "wide",
    main: html`<div class="title">
        <h1>Account</h1>
        <p class="lead">Signed in as <strong>${view.email}</strong></p>
      </div>
      ${notice(view.done)} ${deviceList(view)} ${passwordForm(view)} ${emailForm(view)}`,
  });
}

function notice(done: string | null): Html | null {
  const sentence = done === null ? undefined : notices.get(done);
  if (sentence === undefined) return null;
  return html`<div class="notice" role="status">
    ${tick}
    <p>${sentence}</p>
  </div>`;
}

function passwordForm({ email, refusal }: AccountView): Html {
  const error = errorOf("password", refusal);
  return html`<section class="panel" aria-labelledby="password-title">
    <div class="panel-head">
      <h2 id="password-title">Password</h2>
      <p>A new password logs out every other device. This one stays signed in.</p>
    </div>
    <form class="card stack" method="post" action="/account/password">
      ${error.notice} ${usernameHint(email)}
      ${field({
        id: "password-current",
        name: "current_password",
        label: "Current password",
        type: "password",
        autocomplete: "current-password",
        errorId: error.on("current_password"),
      })}
      ${field({
        id: "password-new",
        name: "new_password",
        label: "New password",
        type: "password",
        autocomplete: "new-password",
        minlength: passwordLength.least,
        hint: `At least ${passwordLength.least} characters.`,
        errorId: error.on("new_password"),
      })}
      <div class="acts">
        <button class="button button-primary" type="submit">Change password</button>
      </div>
    </form>
  </section>`;
}

function emailForm({ refusal }: AccountView): Html {
  const error = errorOf("email", refusal);
  return html`<section class="panel" aria-labelledby="email-title">
    <div class="panel-head">
      <h2 id="email-title">Email</h2>
      <p>You sign in with this address. Changing it logs out every other device, too.</p>
    </div>
    <form class="card stack" method="post" action="/account/email">
      ${error.notice}
      ${field({
        id: "email-new",
        name: "email",
        label: "New email",
        type: "email",
        autocomplete: "email",
        maxlength: 254,
        value: refusal?.email ?? "",
        errorId: error.on("email"),
      })}
      ${field({
        id: "email-current",
        name: "current_password",
        label: "Current password",
        type: "password",
        autocomplete: "current-password",
        errorId: error.on("current_password"),
      })}
      <div class="acts">
        <button class="button button-primary" type="submit">Change email</button>
      </div>
    </form>
  </section>`;
}

interface FormError {
  readonly notice: Html | null;
  /** The id of the notice, for the field that it is about. */
  on(field: Refusal["field"]): string | null;
}

function errorOf(form: Refusal["form"], refusal: Refusal | null): FormError {
  const mine = refusal?.form === form ? refusal : null;
  const id = `${form}-error`;
  return {
    notice: formError(mine?.sentence ?? null, id),
    on: (field) => (mine?.field === field ? id : null),
  };
}
