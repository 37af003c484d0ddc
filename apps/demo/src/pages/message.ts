/** Pages that say one thing: the end of a session, a page that is not there, a failure. */
import { html } from "./html.ts";
import { tick } from "./icons.ts";
import { page } from "./layout.ts";

/** The confirmation after a logout. Only shown to somebody who is not signed in. */
export function loggedOutPage(): string {
  return page({
    title: "Logged out",
    email: null,
    main: html`<div class="card centred">
      <span class="seal">${tick}</span>
      <h1>Logged out</h1>
      <p>The session is over on the server, also for anybody who kept a copy of its cookie.</p>
      <a class="button button-primary button-block" href="/login">Sign in again</a>
    </div>`,
  });
}

/** What a page of one message says. */
export interface Message {
  readonly status: number;
  readonly title: string;
  /** One or two sentences: what happened, what to do. */
  readonly text: string;
}

/** A page for a status that is not a success. No details: they are for the log. */
export function messagePage({ status, title, text }: Message, email: string | null): string {
  return page({
    title,
    email,
    main: html`<div class="card centred">
      <p class="status">${status}</p>
      <h1>${title}</h1>
      <p>${text}</p>
      <a class="button button-block" href="/"
        >${email === null ? "Go to the sign-in page" : "Back to the account"}</a
      >
    </div>`,
  });
}
