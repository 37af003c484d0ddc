/** The page on which a signed-in person proves anew who they are. */
import { field, formError, usernameHint } from "./field.ts";
import { html } from "./html.ts";
import { page } from "./layout.ts";

/** What the page shows. */
export interface ReauthenticateView {
  readonly email: string;
  /** Whether the last attempt failed. */
  readonly failed: boolean;
  /** The checked path to go on to; null for the account. */
  readonly next: string | null;
}

/** The page. */
export function reauthenticatePage({ email, failed, next }: ReauthenticateView): string {
  return page({
    title: "Confirm it is you",
    email,
    main: html`<h1>Confirm it is you</h1>
      <p class="lead">
        It has been a while since you gave your password. Give it once more to go on.
      </p>
      ${formError(failed ? "That password is not right. Please try again." : null, "error")}
      <form class="card stack" method="post" action="/reauthenticate">
        ${next === null ? null : html`<input type="hidden" name="next" value="${next}" />`}
        ${usernameHint(email)}
        ${field({
          id: "password",
          name: "password",
          label: "Password",
          type: "password",
          autocomplete: "current-password",
          autofocus: true,
          errorId: failed ? "error" : null,
        })}
        <button class="button button-primary button-block" type="submit">Confirm</button>
      </form>
      <p class="after"><a href="/account">Back to the account</a></p>`,
  });
}
