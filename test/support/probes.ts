/**
 * The grid of {credential} x {place where it could be believed}. Each cell sends one credential to
 * one place and says whether it was believed; anything but a clear yes or no is an error.
 */
import { type Answer, json } from "./client.ts";
import type { Demo } from "./demo.ts";
import { cookieNames, newDevice, type Whole } from "./sessions.ts";

/** The credentials of a session. */
export const kinds = ["cookie", "accessToken", "refreshToken", "rememberMe"] as const;

/** One of {@link kinds}. */
export type Kind = (typeof kinds)[number];

/** The places that must refuse what has ended. */
export const places = [
  "/me",
  "/account",
  "/session",
  "/sessions",
  "/verify",
  "/introspect",
  // The last, since it spends a refresh token that is believed.
  "/token",
] as const;

/** One of {@link places}. */
export type Place = (typeof places)[number];

/** A cell of the grid, and whether a live credential is believed there. */
export interface Cell {
  readonly kind: Kind;
  readonly place: Place;
  readonly believedWhileLive: boolean;
}

/** Where each credential opens the door while its session lives. */
const doors: Readonly<Record<Kind, readonly Place[]>> = {
  cookie: ["/me", "/account", "/session", "/sessions", "/verify", "/introspect"],
  accessToken: ["/me", "/account", "/session", "/sessions", "/verify", "/introspect"],
  refreshToken: ["/introspect", "/token"],
  // `/verify` sets no cookies, so it never spends a remember-me token.
  rememberMe: ["/me", "/account", "/session", "/sessions"],
};

/** Every cell. */
export const cells: readonly Cell[] = kinds.flatMap((kind) =>
  places.map((place) => ({ kind, place, believedWhileLive: doors[kind].includes(place) })),
);

/** Sends one credential to one place: was it believed? */
export async function isBelieved(
  demo: Demo,
  whole: Pick<Whole, Kind>,
  { kind, place }: Pick<Cell, "kind" | "place">,
): Promise<boolean> {
  const credential = whole[kind];
  const device = newDevice(demo);
  if (place === "/token") {
    const fields = { grant_type: "refresh_token", refresh_token: credential };
    return believedByToken(await device.post(place, { json: fields }));
  }
  if (place === "/introspect") {
    const form = { token: credential };
    const answer = await device.post(place, { bearer: demo.serviceToken, form });
    const body = json<{ active: boolean }>(answer);
    if (!body.active && answer.text !== '{"active":false}') throw unclear(place, answer);
    return body.active;
  }
  const presented =
    kind === "cookie" || kind === "rememberMe"
      ? {
          cookie: `${kind === "cookie" ? cookieNames.session : cookieNames.rememberMe}=${credential}`,
        }
      : { bearer: credential };
  const accept = place === "/account" ? "text/html" : "application/json";
  return believedByPage(place, await device.get(place, { ...presented, headers: { accept } }));
}

/** The cells of a session that are believed although it is over; there must be none. */
export async function stillBelieved(demo: Demo, whole: Pick<Whole, Kind>): Promise<string[]> {
  const found: string[] = [];
  for (const cell of cells) {
    if (await isBelieved(demo, whole, cell)) found.push(`${cell.kind} at ${cell.place}`);
  }
  return found;
}

/** Whether the cookie of a session opens the account; a glance that spends nothing. */
export function isSignedIn(demo: Demo, whole: Pick<Whole, Kind>): Promise<boolean> {
  return isBelieved(demo, whole, { kind: "cookie", place: "/session" });
}

function believedByToken(answer: Answer): boolean {
  if (answer.status === 200) return true;
  const { error } = json<{ error: string }>(answer);
  if (answer.status === 400 && error === "invalid_grant") return false;
  throw unclear("/token", answer);
}

function believedByPage(place: Place, answer: Answer): boolean {
  if (answer.status === 200) return true;
  const toSignIn = answer.status === 303 && answer.headers["location"] === "/login";
  const refused = answer.status === 401 || (place === "/account" && toSignIn);
  const setsCookie = answer.setCookies.some((line) => !line.includes("Max-Age=0"));
  if (refused && !setsCookie) return false;
  throw unclear(place, answer);
}

function unclear(place: string, { status, text }: Answer): Error {
  return new Error(`${place} gave neither a yes nor a no: ${status} ${text.slice(0, 200)}`);
}
