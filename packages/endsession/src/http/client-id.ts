/** Which OAuth client a request speaks for (RFC 6749 sections 2.3.1 and 3.2.1). */
import type { z } from "zod";
import { text } from "./body.ts";
import type { Exchange } from "./exchange.ts";

/** The id as a parameter may give it. */
const clientId: z.ZodString = text(255);

/**
 * The client's id: the parameter, or the name in HTTP Basic authentication. Clients have no
 * secrets here; the id binds a refresh token to whom it was issued (RT-11).
 */
export function clientIdOf(exchange: Exchange, parameter: string | undefined): string | null {
  if (parameter !== undefined) return parameter;
  const authorization = exchange.head.headers.get("authorization") ?? "";
  const encoded = /^basic[ \t]+([A-Za-z0-9+/]+=*)$/i.exec(authorization.trim())?.[1];
  if (encoded === undefined) return null;
  try {
    const [name = ""] = atob(encoded).split(":");
    const id = decodeURIComponent(name.replaceAll("+", " "));
    return clientId.safeParse(id).success ? id : null;
  } catch {
    return null;
  }
}
