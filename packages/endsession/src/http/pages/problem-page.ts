/** A problem as a page, for a person whose browser has sent a form. */
import { mintSecret } from "../../core/credential.ts";
import { type ProblemName, problems } from "../../protocol/problems.ts";
import type { Answer } from "../answer.ts";
import type { Exchange } from "../exchange.ts";
import type { ProblemDetails } from "../problem.ts";
import { page, type PageContent } from "./page.ts";

/** Says what happened, and offers the retry where a session may still be alive. */
export function problemPage(
  exchange: Exchange,
  kind: ProblemName,
  details: ProblemDetails,
  body?: unknown,
): Answer {
  const answer = page(
    contentOf(exchange, kind, details, body),
    mintSecret(exchange.http.core.crypto),
    details.headers,
  );
  return { ...answer, cookies: details.cookies ?? [] };
}

function contentOf(
  exchange: Exchange,
  kind: ProblemName,
  details: ProblemDetails,
  body: unknown,
): PageContent {
  const { title, status } = problems[kind];
  const { url } = exchange;
  const { pages, basePath } = exchange.http.settings;
  if (kind === "revocationUnavailable") {
    return {
      title: "You are not logged out yet",
      status,
      paragraphs: [
        "The server could not confirm that your session has ended, so it may still be alive.",
        "Nothing was lost. Please try again in a moment, before you leave this device.",
      ],
      action: { label: "Try again", url: url.pathname, fields: repeated(body) },
    };
  }
  if (kind === "methodNotAllowed" && url.pathname.startsWith(`${basePath}/logout`)) {
    return {
      title: "Log out?",
      status,
      paragraphs: ["Opening this address ends nothing. Press the button to log out."],
      action: { label: "Log out", url: url.pathname },
    };
  }
  const { detail } = details;
  return {
    title,
    status,
    paragraphs: [detail],
    link: status === 401 ? signInLink(pages) : { label: "Continue", href: pages.signedIn },
  };
}

function signInLink({ signIn }: { readonly signIn: string }): NonNullable<PageContent["link"]> {
  return { label: "Sign in", href: signIn };
}

/** What a retry must repeat: the fields of the form that failed. */
function repeated(body: unknown): Record<string, string> {
  const fields = Object.entries((body ?? {}) as Record<string, string | boolean | undefined>);
  return Object.fromEntries(
    fields.flatMap(([name, value]) => (value === undefined ? [] : [[name, `${value}`]])),
  );
}
