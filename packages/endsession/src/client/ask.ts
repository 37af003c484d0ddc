/** Asks the server about the session. */
import type { Door } from "./transport.ts";
import type { ClientSession, SignedOutReason } from "./types.ts";

/** What the server said. `unknown`: nothing that can be believed. */
export type Word =
  | {
      readonly is: "live";
      readonly session: ClientSession;
      readonly ticket: string | null;
      /** Begun by a remember-me cookie, not by a person. */
      readonly remembered: boolean;
      /** How far the server's clock is ahead of this device's, in milliseconds; 0 where unknown. */
      readonly ahead: number;
    }
  /** `renewed`: the session goes on under a newer cookie, which is on its way to this browser. */
  | { readonly is: "over"; readonly reason: SignedOutReason; readonly renewed: boolean }
  | { readonly is: "unknown" };

/** How long the server may take, in milliseconds. */
const patience = 10_000;

/** `activity`: whether a person is behind it, which keeps the session alive (TO-03). */
export async function ask(door: Door, activity: boolean): Promise<Word> {
  try {
    const query = activity ? "" : "&background=1";
    const answer = await door.fetch(`${door.url}/session?ticket=1${query}`, {
      ...asking,
      signal: limit(),
    });
    if (answer.status === 401) return { is: "over", ...(await refusalOf(answer)) };
    if (answer.status !== 200) return { is: "unknown" };
    const { session, end_ticket: ticket } = (await answer.json()) as {
      readonly session: SessionJson;
      readonly end_ticket?: string;
    };
    const ahead = Date.parse(answer.headers.get("date") ?? "") - Date.now();
    return {
      is: "live",
      session: toSession(session),
      ticket: ticket ?? null,
      remembered: session.methods?.includes("remember_me") === true,
      ahead: ahead || 0,
    };
  } catch {
    return { is: "unknown" };
  }
}

const json = "application/json";

/** How every question is asked: with the cookies, past every cache. */
export const asking: RequestInit = {
  credentials: "include",
  cache: "no-store",
  headers: { accept: json },
};

/** How everything is sent: as JSON. */
export function sending(body: unknown): RequestInit {
  return {
    method: "POST",
    credentials: "include",
    cache: "no-store",
    headers: { accept: json, "content-type": json },
    body: JSON.stringify(body),
  };
}

/** A signal that ends a request which takes too long. */
export function limit(): AbortSignal {
  return AbortSignal.timeout(patience);
}

/** What a 401 tells (the members `reason` and `reissued` of the problem). */
export async function refusalOf(
  answer: Response,
): Promise<{ readonly reason: SignedOutReason; readonly renewed: boolean }> {
  try {
    const { reason, reissued } = (await answer.json()) as Record<string, unknown>;
    const known = typeof reason === "string" ? (reason as SignedOutReason) : "not_signed_in";
    return { reason: known, renewed: reissued === true };
  } catch {
    return { reason: "not_signed_in", renewed: false };
  }
}

/** A session as the server writes it. */
export interface SessionJson {
  readonly id: string;
  readonly user_id: string;
  readonly device: string;
  readonly created_at: string;
  readonly last_seen_at: string;
  readonly expires_at: string;
  readonly methods?: readonly string[];
  readonly place: string | null;
  readonly current: boolean;
  readonly reauthentication_required: boolean;
}

/** Throws for what is no session. */
export function toSession(json: SessionJson): ClientSession {
  const { id, user_id: userId, device, place, current } = json;
  if (typeof id !== "string" || typeof userId !== "string") throw new TypeError("no session");
  return {
    id,
    userId,
    device,
    createdAt: Date.parse(json.created_at),
    lastSeenAt: Date.parse(json.last_seen_at),
    expiresAt: Date.parse(json.expires_at),
    place,
    current,
    reauthenticationRequired: json.reauthentication_required,
  };
}
