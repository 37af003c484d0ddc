/** Ends a session on the server, and tells whether the server has confirmed it. */
import { limit, sending } from "./ask.ts";
import type { LogoutScope } from "./types.ts";

/** What is to be ended. */
export interface Revocation {
  readonly url: string;
  /** The end-only ticket of the session: it ends that one, whoever is signed in by now. */
  readonly ticket: string | null;
  readonly scope: LogoutScope;
}

/**
 * `confirmed`: it is over. `refused`: the server will not hear of it, and asking again is no use.
 * `unknown`: nobody can tell yet, and it must be tried again. `void`: the ticket has ended nothing,
 * since its session was over, or is not known here.
 */
export type Verdict = "confirmed" | "refused" | "unknown" | "void";

/** Sends the end; the request outlives its page. Never rejects. */
export async function revoke({ url, ticket, scope }: Revocation): Promise<Verdict> {
  // A ticket speaks for one session; all of them need the cookie.
  const byTicket = ticket !== null && scope === "current";
  const body = byTicket ? { ticket } : { scope };
  try {
    const answer = await fetch(`${url}/logout`, {
      ...sending(body),
      keepalive: true,
      signal: limit(),
    });
    if (answer.status === 200) {
      const { receipt } = (await answer.json()) as EndedJson;
      // A page that some proxy has put in the place of the answer says nothing.
      const cookie = receipt.credentials.session_cookie;
      if (!cookie) return "unknown";
      return byTicket && cookie === "already_ended" ? "void" : "confirmed";
    }
    if (answer.status >= 500 || !isProblem(answer)) return "unknown";
    // The limit counts after the end; a credential that is unknown is dead. Whose the other
    // devices are is then not known any more.
    if (answer.status === 429) return "confirmed";
    if (answer.status === 401 && byTicket) return "void";
    if (answer.status === 401) return scope === "all" ? "refused" : "confirmed";
    return "refused";
  } catch {
    return "unknown";
  }
}

/** The worst of what several ends have come to. */
export function worstOf(verdicts: readonly Verdict[]): Verdict {
  return (["unknown", "refused"] as const).find((one) => verdicts.includes(one)) ?? "confirmed";
}

/** What some proxy refuses in the place of the server, it may let through in a moment. */
function isProblem({ headers }: Response): boolean {
  return headers.get("content-type")?.startsWith("application/problem+json") === true;
}

interface EndedJson {
  readonly receipt: { readonly credentials: { readonly session_cookie?: string } };
}
