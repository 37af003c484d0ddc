/** Telling which of a page's requests signs out. */
import type { Request, Response } from "playwright-core";
import type { Device } from "../browser/device.ts";
import type { Seen } from "../browser/traffic.ts";
import { signOutAddress } from "./words.ts";

/** Who wants to know when the sign-out is about to be sent, and when it has been answered. */
export interface SignOutEvents {
  readonly begins?: () => void;
  /** As soon as a request that looks like the sign-out has been answered. */
  readonly answered?: () => void;
}

export interface Watch {
  /** @param target where the control leads, if that is known */
  readonly begin: (target?: string | null) => void;
  readonly end: () => void;
  /** Whether a request that changes something has gone out since `begin`. */
  readonly sent: () => boolean;
  readonly answeredAt: () => number;
  readonly last: (seen: readonly Seen[]) => Seen | null;
}

/** Watches for the request that signs out: it changes something, or its address says so. */
export function watch(device: Device, { begins, answered }: SignOutEvents): Watch {
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
