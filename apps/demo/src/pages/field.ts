/** The parts of a form: a field with its label bound to it, and the sentence that says what is wrong. */
import { html, type Html } from "./html.ts";
import { alert } from "./icons.ts";

/** One field. */
export interface Field {
  /** Unique in the document; the label is bound to it. */
  readonly id: string;
  /** The name under which the form sends it. */
  readonly name: string;
  readonly label: string;
  readonly type: "text" | "email" | "password";
  readonly autocomplete: string;
  /** What it holds at first (default nothing; never given for passwords). */
  readonly value?: string;
  /** The id of the sentence that says why what was sent cannot be taken (default none). */
  readonly errorId?: string | null;
  /** One line of advice under the field. */
  readonly hint?: string;
  readonly maxlength?: number;
  readonly minlength?: number;
  readonly autofocus?: boolean;
}

/** The field with its label. */
export function field(of: Field): Html {
  const hintId = of.hint === undefined ? null : `${of.id}-hint`;
  const errorId = of.errorId ?? null;
  const described = [errorId, hintId].filter((id) => id !== null).join(" ");
  return html`<div class="field">
    <label for="${of.id}">${of.label}</label>
    <input
      id="${of.id}"
      name="${of.name}"
      type="${of.type}"
      autocomplete="${of.autocomplete}"
      required
      ${of.value ? html` value="${of.value}"` : null}
      ${of.type === "email" ? html` inputmode="email" spellcheck="false" autocapitalize="none"` : null}
      ${of.minlength ? html` minlength="${of.minlength}"` : null}
      ${of.maxlength ? html` maxlength="${of.maxlength}"` : null}
      ${described === "" ? null : html` aria-describedby="${described}"`}
      ${errorId === null ? null : html` aria-invalid="true"`}
      ${of.autofocus === true || errorId !== null ? html` autofocus` : null}
    />
    ${hintId === null ? null : html`<p class="hint" id="${hintId}">${of.hint}</p>`}
  </div>`;
}

/** What went wrong with a form; a field may refer to its id. */
export function formError(sentence: string | null, id: string): Html | null {
  if (sentence === null) return null;
  return html`<div class="notice notice-error" role="alert">
    ${alert}
    <p id="${id}">${sentence}</p>
  </div>`;
}

/**
 * The account's address as password managers look for it beside a password; not shown, and not
 * read by the server.
 */
export function usernameHint(email: string): Html {
  return html`<input
    type="text"
    name="username"
    autocomplete="username"
    value="${email}"
    readonly
    hidden
  />`;
}
