/** Finding the fields of a sign-in on a page, and filling them. */
import type { Frame, Locator, Page } from "playwright-core";
import { press } from "../browser/press.ts";
import type { Config } from "../config/schema.ts";
import { controlsOf } from "./controls.ts";
import { isNext, matches, plain } from "./words.ts";

/** What a page asks for, as far as a sign-in goes. */
export interface Asked {
  readonly username: Locator | null;
  readonly password: Locator | null;
  readonly code: Locator | null;
  readonly remember: Locator | null;
  readonly frame: Frame;
}

interface Field {
  readonly index: number;
  readonly type: string;
  readonly autocomplete: string;
  readonly words: string;
  readonly form: number;
  readonly usable: boolean;
}

const inputs = "input";

/** The first frame that asks for a password, a code or a name, or `null`. */
export async function askedBy(page: Page, fields: Config["fields"]): Promise<Asked | null> {
  for (const frame of page.frames()) {
    const asked = await askedIn(frame, fields).catch(() => null);
    if (asked !== null) return asked;
  }
  return null;
}

async function askedIn(frame: Frame, fields: Config["fields"]): Promise<Asked | null> {
  const found = await describe(frame);
  const chosen = async (selector: string | undefined): Promise<Locator | null> => {
    if (selector === undefined) return null;
    const locator = frame.locator(selector).first();
    return (await locator.isVisible().catch(() => false)) ? locator : null;
  };
  const at = (field: Field | undefined): Locator | null =>
    field === undefined ? null : frame.locator(inputs).nth(field.index);

  const passwords = found.filter(({ type, usable }) => type === "password" && usable);
  // Two password fields in one form are a registration or a change of the password.
  const alone = passwords.filter(
    ({ form }) => passwords.filter((it) => it.form === form).length === 1,
  );
  // Some sign-ins call their password a new one, against the browser's memory.
  const password =
    alone.find(({ autocomplete }) => autocomplete !== "new-password") ??
    alone.find(({ form }) => found.filter((it) => it.form === form && isText(it)).length <= 2);
  const texts = found.filter(isText);
  const code =
    texts.find(isCode) ?? found.find((it) => it.usable && it.type === "number" && isCode(it));
  const beside = texts.filter(
    (it) => it !== code && (password === undefined || it.form === password.form),
  );
  const named = best(beside, password);
  const username =
    password === undefined && (named === undefined || nameScore(named) < 3) ? undefined : named;

  const asked: Asked = {
    username: (await chosen(fields.username)) ?? at(username),
    password: (await chosen(fields.password)) ?? at(password),
    code: (await chosen(fields.totp)) ?? at(code),
    remember: await rememberIn(frame, fields, found, password),
    frame,
  };
  return asked.username === null && asked.password === null && asked.code === null ? null : asked;
}

async function rememberIn(
  frame: Frame,
  fields: Config["fields"],
  found: readonly Field[],
  password: Field | undefined,
): Promise<Locator | null> {
  if (fields.remember === false) return null;
  if (fields.remember !== undefined) return frame.locator(fields.remember).first();
  const box = found.find(
    (it) =>
      it.type === "checkbox" &&
      matches("remember", it.words) &&
      (password === undefined || it.form === password.form),
  );
  return box === undefined ? null : frame.locator(inputs).nth(box.index);
}

/** Sends what was filled in: the form's own button, or the Enter key. */
export async function submit(page: Page, asked: Asked, fields: Config["fields"]): Promise<void> {
  if (fields.submit !== undefined) {
    const own = asked.frame.locator(fields.submit).first();
    if (await own.isVisible().catch(() => false)) return press(own);
  }
  const field = asked.code ?? asked.password ?? asked.username;
  if (field === null) return;
  const form = asked.frame.locator("form").filter({ has: field });
  const buttons = form.locator(
    "button:not([type=button]):not([type=reset]), input[type=submit], input[type=image]",
  );
  for (let index = 0, count = await buttons.count(); index < count; index += 1) {
    const button = buttons.nth(index);
    if ((await button.isVisible()) && (await button.isEnabled())) return press(button);
  }
  const controls = (await controlsOf(page)).filter(
    ({ visible, tag, text }) => visible && tag !== "a" && isNext(text),
  );
  const [named] = controls;
  if (named !== undefined && (await named.locator.isEnabled().catch(() => false)))
    return press(named.locator);
  await field.press("Enter");
}

function isText({ type, usable }: Field): boolean {
  return usable && ["text", "email", "tel", ""].includes(type);
}

function isCode({ autocomplete, words }: Field): boolean {
  return (
    autocomplete === "one-time-code" ||
    /otp|totp|one.?time|2fa|mfa|two.?factor|verification.?code|auth.*code|security.?code|einmal|\btoken\b/u.test(
      words,
    )
  );
}

function best(fields: readonly Field[], password: Field | undefined): Field | undefined {
  return fields.toSorted((a, b) => {
    const byScore = nameScore(b) - nameScore(a);
    if (byScore !== 0 || password === undefined) return byScore;
    // The nearest one before the password.
    const distance = (it: Field): number =>
      it.index < password.index ? password.index - it.index : 1000 + it.index;
    return distance(a) - distance(b);
  })[0];
}

function nameScore({ type, autocomplete, words }: Field): number {
  if (/username|email/u.test(autocomplete)) return 6;
  if (/search|captcha|company|organi[sz]ation|query|newsletter|subscribe|phone/u.test(words))
    return 0;
  if (type === "email") return 4;
  if (
    /user|login|e-?mail|account|benutzer|utilisateur|identifiant|usuario|utente|gebruiker|uzytkownik|anvandar|bruger|bruker|пользовател|логин|почт|ユーザ|メール|账号|用户|邮箱|아이디|이메일|사용자|\bname\b|\buid\b/u.test(
      words,
    )
  )
    return 3;
  return type === "text" || type === "" ? 1 : 0;
}

async function describe(frame: Frame): Promise<Field[]> {
  const found = await frame.locator(inputs).evaluateAll((elements) => {
    const forms = [...document.forms];
    return elements.map((element, index) => {
      const input = element as HTMLInputElement;
      const box = input.getBoundingClientRect();
      const style = getComputedStyle(input);
      const labels = [...(input.labels ?? [])].map((it) => it.textContent ?? "");
      return {
        index,
        type: input.type,
        autocomplete: (input.getAttribute("autocomplete") ?? "").toLowerCase(),
        words: [
          input.name,
          input.id,
          input.placeholder,
          input.getAttribute("aria-label") ?? "",
          input.title,
          ...labels,
        ].join(" "),
        form: input.form === null ? -1 : forms.indexOf(input.form),
        usable:
          box.width > 0 &&
          box.height > 0 &&
          style.visibility !== "hidden" &&
          !input.disabled &&
          !input.readOnly,
      };
    });
  });
  return found.map((field) => ({ ...field, words: plain(field.words) }));
}
