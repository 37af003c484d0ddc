/** Signing out as a user does, or as the configuration says. */
import type { Device } from "../browser/device.ts";
import { reasonOf } from "../browser/device.ts";
import { press } from "../browser/press.ts";
import { settle } from "../browser/settle.ts";
import type { Seen } from "../browser/traffic.ts";
import type { ActConfig } from "../config/schema.ts";
import type { Plan } from "../plan.ts";
import { ScanError } from "../scan-error.ts";
import { controlsOf } from "./controls.ts";
import type { Control } from "./controls.ts";
import { findSignOut } from "./find-sign-out.ts";
import { watch } from "./sign-out-watch.ts";
import type { SignOutEvents } from "./sign-out-watch.ts";
import { isConfirmation, signOutAddress, signOutScore } from "./words.ts";

/** A sign-out as it went. */
export interface SignOutAct {
  /** For example `clicked “Log out”`. */
  readonly how: string;
  /** The request that signed out: the last one after the click that looks like it. */
  readonly request: Seen | null;
  /** When its answer had arrived, in milliseconds since the scan began. */
  readonly answered: number;
  /** Whether control or configuration leave no doubt that this is the application's sign-out. */
  readonly meant: boolean;
}

/**
 * Signs out on the device.
 *
 * @throws ScanError when no control is found
 */
export async function signOut(
  device: Device,
  plan: Plan,
  pages: readonly string[],
  events: SignOutEvents = {},
): Promise<SignOutAct> {
  const { logout } = plan.config;
  const wait = watch(device, events);
  let target: string | null = null;
  let before: Before | null = null;
  let how: string;
  let meant = logout !== undefined;
  try {
    if (logout === undefined || (logout.kind === "click" && logout.selector === undefined)) {
      const control = await findSignOut(
        device,
        plan,
        logout?.page === undefined ? pages : [plan.address(logout.page)],
      );
      if (control === null) {
        throw new ScanError(
          "cannot-judge",
          'No control that signs out was found. Name it in the configuration: "logout": { "page": "/account", "selector": "…" }, or describe the request with "kind": "api".',
        );
      }
      before = await lookAt(device);
      target = targetOf(control, device.page.url());
      wait.begin(target);
      await click(device, control);
      how = `clicked “${control.text || control.address}”`;
      meant ||= (plan.signOut?.score ?? 0) >= 70;
    } else {
      how = await configured(device, plan, logout, () => {
        wait.begin();
      });
    }
    await settle(device.page);
    if (logout?.kind !== "api" && (await confirmed(device, wait.sent(), before)))
      how += ", and confirmed it";
    await settle(device.page, 3000);
  } finally {
    wait.end();
  }
  await device.traffic.settled();
  const request = wait.last(device.traffic.seen) ?? loadedAhead(device, target);
  return {
    how,
    request,
    answered: wait.answeredAt(),
    meant: meant || (request !== null && signOutAddress.test(request.ask.url)),
  };
}

/** Where a link leads. What a form or a script sends is seen by its method. */
function targetOf({ tag, address }: Control, page: string): string | null {
  return tag === "a" && !/^(?:#|javascript:)/iu.test(address) && URL.canParse(address, page)
    ? new URL(address, page).href
    : null;
}

/** A link that was loaded ahead is followed without a request that could be seen. */
function loadedAhead(device: Device, target: string | null): Seen | null {
  if (target === null || !signOutAddress.test(target)) return null;
  const page = device.traffic.seen.findLast(({ type }) => type === "document");
  return device.unseen({ method: "GET", url: target, headers: page?.ask.headers ?? [] });
}

async function click(device: Device, control: Control): Promise<void> {
  await press(control.locator, control.visible ? 5000 : 500).catch(() => undefined);
  await device.page.waitForTimeout(50).catch(() => undefined);
}

async function configured(
  device: Device,
  plan: Plan,
  act: ActConfig,
  begin: () => void,
): Promise<string> {
  const { page } = device;
  if (act.page !== undefined) await device.goto(plan.address(act.page));
  begin();
  try {
    if (act.kind === "api" || act.selector === undefined) {
      const url = plan.address(act.url ?? "/logout");
      const method = act.method ?? "POST";
      const body = plan.fill(act.body);
      await page.evaluate(
        async ([to, init]) => {
          await fetch(to, { ...init, credentials: "include", redirect: "follow" }).then(
            (response) => response.text(),
            () => undefined,
          );
        },
        [
          url,
          {
            method,
            headers: headersFor(device, url, act, body),
            ...(body === undefined ? {} : { body }),
          },
        ] as const,
      );
      return `sent ${method} ${url}`;
    }
    const element = page.locator(act.selector).first();
    if (act.kind === "form")
      await element.evaluate((form) => (form as HTMLFormElement).requestSubmit());
    else await element.click();
    return `${act.kind === "form" ? "sent the form" : "clicked"} ${act.selector}`;
  } catch (error) {
    throw new ScanError(
      "cannot-judge",
      `The configured logout could not be done: ${reasonOf(error)}`,
      { cause: error },
    );
  }
}

/** What the application's own script would send along: its header of identity. */
function headersFor(
  device: Device,
  url: string,
  act: ActConfig,
  body: string | undefined,
): Record<string, string> {
  const token = device.traffic.latest("header", "authorization");
  return {
    ...(token === undefined || !url.startsWith("http") ? {} : { authorization: token }),
    ...(body === undefined || typeof act.body === "string"
      ? {}
      : { "content-type": "application/json" }),
    ...act.headers,
  };
}

/** What a page showed before the control was pressed. */
interface Before {
  readonly url: string;
  readonly controls: ReadonlySet<string>;
}

async function lookAt(device: Device): Promise<Before> {
  const controls = (await controlsOf(device.page)).filter(({ visible }) => visible);
  return { url: device.page.url(), controls: new Set(controls.map(nameOf)) };
}

function nameOf({ tag, text, address }: Control): string {
  return `${tag} ${text} ${address}`;
}

/** Presses the button of a page or dialogue that asks again. */
async function confirmed(device: Device, sent: boolean, before: Before | null): Promise<boolean> {
  // What was sent may be something else, a note of which page is open: a new button tells.
  const appeared = (control: Control): boolean =>
    before !== null && device.page.url() === before.url && !before.controls.has(nameOf(control));
  const controls = (await controlsOf(device.page)).filter(
    (control) => control.visible && (appeared(control) || (control.tag !== "a" && !sent)),
  );
  const button =
    controls.find(({ text, address }) => signOutScore(text, address, "") >= 55) ??
    controls.find(({ formMethod, text }) => formMethod === "post" && isConfirmation(text)) ??
    controls.find(
      (control) =>
        isConfirmation(control.text) &&
        (appeared(control) || /confirm|dialog|modal/iu.test(control.hints)),
    );
  if (button === undefined) return false;
  await click(device, button);
  return true;
}
