/**
 * `GET` and `POST /not-me`: the signed "this wasn't me" link. The page only asks, since mail
 * programs open links by themselves; the button ends every session of the user.
 */
import { z } from "zod";
import { mintSecret } from "../../core/credential.ts";
import { type NotMeTicket, readNotMeTicket } from "../../core/not-me.ts";
import { securityEvent } from "../../core/security-event.ts";
import { endedBody, endedSchema } from "../bodies.ts";
import { text } from "../body.ts";
import type { Exchange } from "../exchange.ts";
import { deletionCookies } from "../guard.ts";
import { page } from "../pages/page.ts";
import { Problem } from "../problem.ts";
import { json } from "../respond.ts";
import { route, type Route } from "../route.ts";

interface TicketFields {
  readonly ticket: string;
}

const fields: z.ZodType<TicketFields> = z.object({ ticket: text(2048) });

export const notMePage: Route = route<unknown, TicketFields>({
  method: "GET",
  path: "/not-me",
  summary: "Ask whether a reported sign-in is to end all sessions",
  security: "none",
  page: true,
  query: fields,
  responses: { 200: { description: "A page with one button" } },
  handle: async ({ exchange, query: { ticket } }) => {
    await ticketOf(exchange, ticket);
    const { basePath } = exchange.http.settings;
    const content = {
      title: "Was this not you?",
      status: 200,
      paragraphs: [
        "If you do not recognise the sign-in, end every session of your account now. All " +
          "devices, yours included, will have to sign in again.",
        "Then change your password.",
      ],
      action: { label: "End all sessions", url: `${basePath}/not-me`, fields: { ticket } },
    };
    return page(content, mintSecret(exchange.http.core.crypto));
  },
});

export const notMe: Route = route<TicketFields>({
  method: "POST",
  path: "/not-me",
  summary: "End all sessions of the user that a ticket speaks for",
  security: "none",
  ends: true,
  body: fields,
  responses: { 200: { description: "Ended, durably and everywhere", schema: endedSchema } },
  handle: async ({ exchange, body: { ticket } }) => {
    const { http, facts } = exchange;
    const user = await ticketOf(exchange, ticket);
    const { receipt } = await securityEvent(http.core, {
      ...user,
      type: "compromise_reported",
      current: null,
      actor: "user",
      address: facts.address,
    });
    await tell(exchange, user);
    if (!exchange.wantsPage) {
      const message = "Logged out from all devices";
      return json(endedBody(message, http.core.clock.now(), receipt));
    }
    const done = page(
      {
        title: "All sessions have ended",
        status: 200,
        paragraphs: ["Nobody is signed in to your account any more. Now change your password."],
        link: { label: "Sign in", href: http.settings.pages.signIn },
      },
      mintSecret(http.core.crypto),
    );
    return { ...done, cookies: deletionCookies(exchange) };
  },
});

/** Tells the application. Its failure changes nothing about the end. */
async function tell({ http }: Exchange, user: NotMeTicket): Promise<void> {
  try {
    await http.settings.onNotMe({ ...user });
  } catch (error) {
    http.core.logger.error({ error, userId: user.userId }, "the onNotMe function failed");
  }
}

async function ticketOf(exchange: Exchange, ticket: string): Promise<NotMeTicket> {
  const read = await readNotMeTicket(exchange.http.core, ticket);
  if (read) return read;
  throw new Problem("invalidRequest", {
    detail: "This link is not valid, or older than seven days. Nothing was changed.",
  });
}
