/** Finding the control that signs out, and using it. */
import type { Request, Response } from "playwright-core";
import type { Device } from "../browser/device.ts";
import { reasonOf } from "../browser/device.ts";
import { press } from "../browser/press.ts";
import { settle } from "../browser/settle.ts";
import type { Seen } from "../browser/traffic.ts";
import type { ActConfig } from "../config/schema.ts";
import type { Plan } from "../plan.ts";
import { ScanError } from "../scan-error.ts";
import { controlsOf, userSpots } from "./controls.ts";
import type { Control } from "./controls.ts";
import { isConfirmation, signOutAddress, signOutScore } from "./words.ts";

/** Where the control was found, so that the next search begins there. */
export interface SignOutPlan {
  readonly page: string;
  /** What the control says. */
  readonly text: string;
  /** How surely it signs out, up to 100. */
  readonly score: number;
  /** What had to be opened first. */
  readonly opener: string | null;
}

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

/** Who wants to know when the sign-out is about to be sent, and when it has been answered. */
export interface SignOutEvents {
  readonly begins?: () => void;
  /** As soon as a request that looks like the sign-out has been answered. */
  readonly answered?: () => void;
}

/** Menus that are opened in search of the control, at most. */
const mostMenus = 8;

/**
 * Finds the control, opening menus where it must, and leaves it visible.
 *
 * @returns `null` when no page has one
 */
export async function findSignOut(
  device: Device,
  plan: Plan,
  pages: readonly string[],
): Promise<Control | null> {
  const first = plan.signOut?.page ?? null;
  const known = first === null ? [] : [first];
  for (const url of new Set([...known, ...pages])) {
    if (device.page.url() !== url) await device.goto(url).catch(() => undefined);
    let found = await onThisPage(device);
    // Where it has been before, a page that is still being drawn gets a moment more.
    for (let round = 0; found === null && url === first && round < 4; round += 1) {
      await device.page.waitForTimeout(700);
      found = await onThisPage(device);
    }
    if (found !== null) {
      const { control, score, opener } = found;
      plan.signOut = { page: url, text: control.text, score, opener };
      return control;
    }
  }
  return null;
}

async function onThisPage(
  device: Device,
): Promise<{ control: Control; score: number; opener: string | null } | null> {
  const controls = await controlsOf(device.page);
  const ranked = rank(controls);
  const seen = ranked.find(({ control }) => control.visible);
  if (seen !== undefined) return { ...seen, opener: null };

  // Menus that hold the control come first, then those whose look promises one.
  const openers = controls.filter(
    ({ opens, visible, tag, address }) =>
      opens && visible && (tag !== "a" || /^(?:#|javascript:|$)/u.test(address)),
  );
  for (const opener of openers.slice(0, mostMenus)) {
    await opener.locator.click({ timeout: 1500 }).catch(() => undefined);
    await device.page.waitForTimeout(200);
    const shown = rank(await controlsOf(device.page)).find(({ control }) => control.visible);
    if (shown !== undefined) return { ...shown, opener: opener.text };
  }
  const [hidden] = ranked;
  if (hidden === undefined) {
    for (const { locator, leads } of await userSpots(device.page)) {
      for (const act of leads ? (["hover"] as const) : (["hover", "click"] as const)) {
        await locator[act]({ timeout: 1000 }).catch(() => undefined);
        await device.page.waitForTimeout(300);
        const [shown] = rank(await controlsOf(device.page));
        if (shown !== undefined) return { ...shown, opener: "the user's picture" };
      }
    }
  }
  return hidden === undefined ? null : { ...hidden, opener: null };
}

function rank(controls: readonly Control[]): { control: Control; score: number }[] {
  return controls
    .map((control) => ({
      control,
      score: signOutScore(control.text, control.address, control.hints),
    }))
    .filter(({ score }) => score >= 45)
    .toSorted((a, b) => b.score - a.score);
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

interface Watch {
  /** @param target where the control leads, if that is known */
  readonly begin: (target?: string | null) => void;
  readonly end: () => void;
  /** Whether a request that changes something has gone out since `begin`. */
  readonly sent: () => boolean;
  readonly answeredAt: () => number;
  readonly last: (seen: readonly Seen[]) => Seen | null;
}

/** Watches for the request that signs out: it changes something, or its address says so. */
function watch(device: Device, { begins, answered }: SignOutEvents): Watch {
  let began: number | null = null;
  let expected: string | null = null;
  let changed = false;
  let at = 0;
  const saysSo = (url: string): boolean => signOutAddress.test(url) || url === expected;
  const looksLike = (method: string, url: string, type: string): boolean =>
    !["GET", "HEAD", "OPTIONS"].includes(method)
      ? !/telemetry|analytics|metrics|collect|beacon|\/events?$/iu.test(url)
      : saysSo(url) && ["document", "xhr", "fetch"].includes(type);
  const onRequest = (request: Request): void => {
    if (began !== null && !["GET", "HEAD", "OPTIONS"].includes(request.method())) changed = true;
  };
  const onResponse = (response: Response): void => {
    const request = response.request();
    if (began === null || !looksLike(request.method(), request.url(), request.resourceType()))
      return;
    at = device.now();
    answered?.();
  };
  device.context.on("request", onRequest);
  device.context.on("response", onResponse);
  return {
    begin: (target = null) => {
      began = device.now();
      expected = target;
      begins?.();
    },
    end: () => {
      device.context.off("request", onRequest);
      device.context.off("response", onResponse);
      if (at === 0) at = device.now();
    },
    sent: () => changed,
    answeredAt: () => at,
    last: (seen) => {
      const since = began ?? Number.POSITIVE_INFINITY;
      const candidates = seen.filter(
        (it) => it.at >= since && looksLike(it.ask.method, it.ask.url, it.type),
      );
      const answered = candidates.filter(({ status }) => status > 0);
      const named = answered.filter(({ ask }) => saysSo(ask.url));
      const [byName] = named.filter(({ ask }) => ask.method !== "GET").slice(-1);
      if (byName !== undefined) return byName;
      // A page that asks again is followed by what its button sends, under whatever address.
      const page = named.at(-1);
      const changing = answered.filter(
        ({ ask, at: sent }) => ask.method !== "GET" && sent >= (page?.at ?? 0),
      );
      return changing[0] ?? page ?? null;
    },
  };
}
