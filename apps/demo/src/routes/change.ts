/** Makes a change to an account, or says in a sentence why not. */
import type { Accounts } from "../accounts.ts";
import { passwordLength, type Refusal } from "../pages/account.ts";

const wrongPassword = {
  field: "current_password",
  sentence: "The current password is not right.",
} as const;

/** Changes a password; null when it is done. */
export async function changePassword(
  accounts: Accounts,
  userId: string,
  change: { readonly current: string; readonly next: string },
): Promise<Refusal | null> {
  const form = "password";
  const { length } = change.next;
  if (length < passwordLength.least || length > passwordLength.most) {
    const { least, most } = passwordLength;
    const sentence = `Choose a new password of ${least} to ${most} characters.`;
    return { form, field: "new_password", sentence };
  }
  const outcome = await accounts.changePassword(userId, change);
  return outcome === "changed" ? null : { form, ...wrongPassword };
}

/** Changes an e-mail address; null when it is done. */
export async function changeEmail(
  accounts: Accounts,
  userId: string,
  change: { readonly current: string; readonly email: string },
): Promise<Refusal | null> {
  const common = { form: "email", email: change.email } as const;
  if (!isEmail(change.email)) {
    const sentence = "Give an email address such as name@example.com.";
    return { ...common, field: "email", sentence };
  }
  const outcome = await accounts.changeEmail(userId, change);
  if (outcome === "changed") return null;
  if (outcome === "wrong_password") return { ...common, ...wrongPassword };
  return { ...common, field: "email", sentence: "Another account has this email address." };
}

/** Roughly what a browser takes for one; whether it exists, only a letter to it would tell. */
function isEmail(text: string): boolean {
  return text.length <= 254 && /^[^\s@<>"]+@[^\s@<>".]+(?:\.[^\s@<>".]+)+$/.test(text);
}
