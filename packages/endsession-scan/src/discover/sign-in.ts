/** Signing in on a device, in whichever way the application asks for it. */
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import type { Device } from "../browser/device.ts";
import { explained, reasonOf } from "../browser/device.ts";
import { settle } from "../browser/settle.ts";
import type { Account, Plan } from "../plan.ts";
import { ScanError } from "../scan-error.ts";
import { controlsOf } from "./controls.ts";
import { askedBy, submit } from "./sign-in-form.ts";
import type { Asked } from "./sign-in-form.ts";
import { totp } from "./totp.ts";
import { signInScore, signOutScore } from "./words.ts";

/** Where a sign-in usually is, when no link leads there. */
const usual = [
  "/login",
  "/signin",
  "/sign-in",
  "/users/sign_in",
  "/accounts/login/",
  "/auth/login",
  "/admin",
  "/user/login",
  "/session/new",
];

/** More pages in a row than a sign-in has. */
const mostPages = 5;

/**
 * Signs in, and leaves the device's page where the application led it.
 *
 * @throws ScanError when it does not work; the message says what the page said
 */
export async function signIn(device: Device, plan: Plan, account: Account): Promise<void> {
  await signInAsConfigured(device, plan, account);
  await arrived(device, account);
}

/** @throws ScanError when the page is the browser's own, or one that says that the application failed */
async function arrived({ page, traffic }: Device, account: Account): Promise<void> {
  await traffic.settled();
  const documents = traffic.seen.filter(({ type }) => type === "document");
  const last = documents.at(-1);
  const here = page.url();
  const failed = last?.ask.url === here && (last.status === 429 || last.status >= 500);
  if (/^https?:/u.test(here) && !failed) return;
  const arrival = documents.findLastIndex(({ status }) => status >= 200 && status < 300);
  const asked = documents.slice(arrival + 1).map(({ ask }) => ask.url);
  const circle = asked.length > new Set(asked).size;
  const why = circle ? "it redirects in a circle" : explained(last?.error ?? "no answer");
  const what = failed
    ? `${here} answered ${last.status}`
    : `${last?.ask.url ?? here} could not be opened (${why})`;
  const advice =
    failed && last.status === 429
      ? "The application limits sign-ins: wait, or lower --max-logins."
      : "See in a browser whether the sign-in works there.";
  throw new ScanError(
    "cannot-judge",
    `Signing in${as(account)} did not lead to a page of the application: ${what}.${traffic.leftHosts || ` ${advice}`}`,
  );
}

async function signInAsConfigured(device: Device, plan: Plan, account: Account): Promise<void> {
  const how = plan.config.signIn;
  switch (how?.kind) {
    case "api":
      return signInByApi(device, plan, account);
    case "steps":
      return signInBySteps(device, plan, account);
    case "script":
      return signInByScript(device, plan, account, how.file);
    case "state":
    case "http":
      return device.goto(plan.start);
    case "form":
    case undefined:
      return signInByForm(device, plan, account);
  }
}

async function signInByForm(device: Device, plan: Plan, account: Account): Promise<void> {
  const { page } = device;
  const { fields } = plan.config;
  let asked = await findForm(device, plan);
  if (asked === null) {
    throw new ScanError(
      "cannot-judge",
      `No sign-in form was found from ${plan.start} on. Name its page with "loginUrl", or describe the sign-in with "signIn".`,
    );
  }
  // An address with parameters may be good for this sign-in only: it is reached anew each time.
  if (new URL(page.url()).search === "") plan.loginUrl ??= page.url();
  await plan.beforeSignIn?.(device);

  for (let pages = 0; asked !== null && pages < mostPages; pages += 1) {
    await fill(asked, plan, account);
    const before = await device.text();
    const failures: number[] = [];
    const listen = (response: { status(): number; request(): { method(): string } }): void => {
      if (response.request().method() === "POST") failures.push(response.status());
    };
    page.on("response", listen);
    await submit(page, asked, fields).catch((error: unknown) => {
      throw new ScanError(
        "cannot-judge",
        `The sign-in form could not be sent: ${reasonOf(error)}. Name its button with "fields": { "submit": "…" }, or describe the sign-in with "signIn".`,
        { cause: error },
      );
    });
    await moved(page, asked, before);
    page.off("response", listen);

    const then = await askedBy(page, fields);
    // A page for signed-in users may ask for the password, too: before a change of it, for example.
    if (then !== null && (await offersSignOut(page))) return;
    if (then !== null && asksAgain(asked, then)) {
      throw refused(account, await complaint(page), failures);
    }
    asked = goesOn(asked, then) ? then : null;
  }
}

/** The same question once more is a refusal. */
function asksAgain(before: Asked, then: Asked): boolean {
  if (before.password !== null) return then.password !== null;
  if (before.code !== null) return then.code !== null;
  return then.password === null && then.code === null;
}

/** A password after the name, a code after the password; a lone field for text is the application's. */
function goesOn(before: Asked, then: Asked | null): boolean {
  if (then === null) return false;
  return before.password === null
    ? then.password !== null || then.code !== null
    : then.code !== null;
}

function refused(account: Account, said: string, statuses: readonly number[]): ScanError {
  const limited =
    statuses.includes(429) || /too many|zu viele|locked|gesperrt|trop de/iu.test(said);
  const advice = limited
    ? " The application limits sign-ins: wait, or lower --max-logins."
    : " Check the name and the password.";
  const answer = said === "" ? "still asks for the password" : `says “${said}”`;
  return new ScanError(
    "cannot-judge",
    `Signing in${as(account)} did not work: the page ${answer}.${advice}`,
  );
}

/** "as ada", or nothing where a password is all. */
function as({ username }: Account): string {
  return username === "" ? "" : ` as ${username}`;
}

async function fill(asked: Asked, plan: Plan, account: Account): Promise<void> {
  if (asked.username !== null && account.username === "") {
    throw new ScanError(
      "usage",
      'The sign-in asks for a name, and none was given: pass --username, or set "username".',
    );
  }
  if (asked.username !== null && (asked.code === null || asked.password !== null))
    await asked.username.fill(account.username);
  if (asked.password !== null) await asked.password.fill(account.password);
  if (asked.code !== null && asked.password === null) {
    if (plan.totpSecret === null) {
      throw new ScanError(
        "cannot-judge",
        'The sign-in asks for a one-time code. Give the secret of an authenticator app with "totpSecretEnv", or describe the sign-in with "signIn".',
      );
    }
    await asked.code.fill(totp(plan.totpSecret, Date.now()));
  }
  if (asked.remember !== null)
    await asked.remember.setChecked(true, { force: true }).catch(() => undefined);
}

/** Waits until the form that was sent is gone or has answered. */
async function moved(page: Page, asked: Asked, before: string): Promise<void> {
  await settle(page);
  const field = asked.password ?? asked.code ?? asked.username;
  for (let round = 0; round < 40; round += 1) {
    const there = (await field?.isVisible().catch(() => false)) ?? false;
    if (!there) break;
    const text = await page.evaluate(() => document.body?.innerText ?? "").catch(() => "");
    if (text !== before && round > 3) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await settle(page);
}

async function offersSignOut(page: Page): Promise<boolean> {
  const controls = await controlsOf(page);
  return controls.some(({ text, address, hints }) => signOutScore(text, address, hints) >= 55);
}

async function complaint(page: Page): Promise<string> {
  const said = await page
    .locator(
      "[role=alert], .error, .errors, .errorlist, .errornote, .alert, .flash, .message, .invalid-feedback, .notice, .toast",
    )
    .allInnerTexts()
    .catch(() => []);
  return (said.map((it) => it.trim()).find((it) => it !== "") ?? "")
    .replaceAll(/\s+/gu, " ")
    .slice(0, 200);
}

/** Follows links to the sign-in, at most three, then tries the usual addresses. */
async function findForm(device: Device, plan: Plan): Promise<Asked | null> {
  const { page } = device;
  await device.goto(plan.loginUrl ?? plan.start);
  for (let hops = 0; hops < 3; hops += 1) {
    const asked = await patientlyAsked(page, plan);
    if (asked !== null) return asked;
    const before = page.url();
    const link = (await controlsOf(page))
      .filter(({ visible }) => visible)
      .map((control) => ({ control, score: signInScore(control.text, control.address) }))
      .filter(({ score }) => score > 0)
      .toSorted((a, b) => b.score - a.score)[0]?.control;
    if (link === undefined) break;
    await link.locator.click().catch(() => undefined);
    await settle(page);
    if (page.url() === before && (await askedBy(page, plan.config.fields)) === null) break;
  }
  const last = await patientlyAsked(page, plan);
  if (last !== null) return last;
  for (const path of usual) {
    await device.goto(new URL(path, plan.start).href).catch(() => undefined);
    const asked = await askedBy(page, plan.config.fields);
    if (asked !== null) return asked;
  }
  return null;
}

/** A page that is drawn by scripts may need a moment more. */
async function patientlyAsked(page: Page, plan: Plan): Promise<Asked | null> {
  const asked = await askedBy(page, plan.config.fields);
  if (asked !== null) return asked;
  const empty =
    (await page.evaluate(() => document.body?.innerText.trim() ?? "").catch(() => "")) === "";
  if (!empty) return null;
  await page
    .locator("input")
    .first()
    .waitFor({ state: "visible", timeout: 4000 })
    .catch(() => undefined);
  return askedBy(page, plan.config.fields);
}

async function signInByApi(device: Device, plan: Plan, account: Account): Promise<void> {
  const how = plan.config.signIn;
  if (how?.kind !== "api") return;
  const url = plan.address(how.url);
  device.check(url);
  const body = plan.fill(how.body, account);
  const headers = {
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...how.headers,
  };
  const response = await device.context.request.fetch(url, {
    method: how.method,
    headers,
    ...(body === undefined ? {} : { data: body }),
    maxRedirects: 0,
    failOnStatusCode: false,
  });
  if (response.status() >= 400) {
    throw new ScanError(
      "cannot-judge",
      `Signing in${as(account)} did not work: ${how.method} ${url} answered ${response.status()}.`,
    );
  }
  if (how.token !== undefined) {
    const answer: unknown = await response.json().catch(() => null);
    const token = how.token
      .split(".")
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | null)?.[key], answer);
    if (typeof token !== "string") {
      throw new ScanError(
        "cannot-judge",
        `The answer of ${url} has no text at "${how.token}", where "signIn.token" says that the token is.`,
      );
    }
    const value = how.scheme === "" ? token : `${how.scheme} ${token}`;
    await device.context.setExtraHTTPHeaders({ [how.header]: value });
    device.traffic.note("header", how.header.toLowerCase(), value);
  }
  await device.goto(plan.start);
}

async function signInBySteps(device: Device, plan: Plan, account: Account): Promise<void> {
  const how = plan.config.signIn;
  if (how?.kind !== "steps") return;
  const { page } = device;
  await plan.beforeSignIn?.(device);
  for (const step of how.steps) {
    try {
      if ("goto" in step) await device.goto(plan.address(step.goto));
      else if ("fill" in step)
        await page.locator(step.fill).first().fill(plan.text(step.value, account));
      else if ("click" in step) await page.locator(step.click).first().click();
      else if ("press" in step) await page.keyboard.press(step.press);
      else await page.locator(step.waitFor).first().waitFor();
    } catch (error) {
      throw new ScanError(
        "cannot-judge",
        `A step of the sign-in did not work (${JSON.stringify(step)}): ${reasonOf(error)}`,
        { cause: error },
      );
    }
    await settle(page);
  }
}

async function signInByScript(
  device: Device,
  plan: Plan,
  account: Account,
  file: string,
): Promise<void> {
  const module = (await import(pathToFileURL(plan.file(file)).href)) as { default?: unknown };
  if (typeof module.default !== "function") {
    throw new ScanError(
      "usage",
      `${file} has no default export that is a function (page, account) => Promise<void>.`,
    );
  }
  const run = module.default as (page: Page, account: Account) => Promise<void>;
  await plan.beforeSignIn?.(device);
  await run(device.page, account);
  await settle(device.page);
}
