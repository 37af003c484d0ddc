/** Which framework an application's answers look like: for the fix prompts, never for a verdict. */
import type { Header } from "./artifacts.ts";

export const frameworks = [
  "nextjs",
  "express",
  "fastify",
  "django",
  "fastapi",
  "flask",
  "rails",
  "laravel",
  "spring",
  "plain",
] as const;

/** `plain` stands for everything else. */
export type Framework = (typeof frameworks)[number];

export function isFramework(name: string): name is Framework {
  return frameworks.some((framework) => framework === name);
}

/** An answer, as far as it can give a framework away. */
export interface TellingAnswer {
  readonly headers: readonly Header[];
  readonly body: string;
  readonly url: string;
}

type Sign = readonly [framework: Framework, weight: number, pattern: RegExp];

/** Names of cookies tell who keeps the session, so they weigh more than what draws the pages. */
const cookieNames: readonly Sign[] = [
  ["nextjs", 7, /^(?:__Secure-|__Host-)?(?:next-auth|authjs)\./u],
  ["express", 7, /^connect\.sid$/u],
  ["fastify", 2, /^sessionId$/u],
  ["django", 5, /^csrftoken$/u],
  ["django", 4, /^sessionid$/u],
  ["flask", 3, /^session$/u],
  ["flask", 3, /^remember_token$/u],
  ["fastapi", 1, /^session$/u],
  ["rails", 6, /^_.+_session$/u],
  ["laravel", 8, /^laravel[_-]session$/u],
  ["laravel", 7, /^remember_web_/u],
  ["laravel", 2, /^XSRF-TOKEN$/u],
  ["laravel", 2, /^[a-z\d].*[_-]session$/u],
  ["spring", 6, /^JSESSIONID$/u],
  ["spring", 4, /^SESSION$/u],
  ["spring", 2, /^XSRF-TOKEN$/u],
];

/** Read against `name: value`, the name in lower case. */
const headerLines: readonly Sign[] = [
  ["nextjs", 5, /^x-powered-by: Next\.js/iu],
  ["nextjs", 4, /^x-nextjs-/u],
  ["nextjs", 4, /^vary: .*next-router-state-tree/iu],
  ["express", 4, /^x-powered-by: Express/iu],
  ["django", 3, /^server: WSGIServer/iu],
  ["flask", 4, /^server: Werkzeug/iu],
  ["fastapi", 3, /^server: (?:uvicorn|hypercorn)/iu],
  ["rails", 3, /^x-runtime: [\d.]+$/u],
  ["rails", 2, /^server: puma/iu],
  ["spring", 4, /^x-application-context: /u],
];

const bodies: readonly Sign[] = [
  ["nextjs", 4, /\/_next\/static\/|self\.__next_f|id="__NEXT_DATA__"/u],
  ["express", 4, /<pre>Cannot (?:GET|POST|HEAD|PUT|DELETE) \//u],
  ["fastify", 6, /"message":"Route [A-Z]+:\S* not found"|"code":"FST_/u],
  ["django", 6, /name=["']csrfmiddlewaretoken["']/u],
  ["django", 5, /You(?:'|&#x27;|’)re seeing this error because you have <code>DEBUG = True/u],
  ["fastapi", 4, /^\{"detail":"(?:Not Found|Not authenticated|Method Not Allowed)"\}/u],
  ["fastapi", 5, /"detail":\[\{[^\]]*"loc":\["(?:body|query|header|cookie)"/u],
  ["fastapi", 4, /<title>[^<]* - Swagger UI<\/title>/u],
  ["flask", 3, /The requested URL was not found on the server\. If you entered the URL manually/u],
  ["rails", 6, /name=["'](?:csrf-param|authenticity_token)["']/u],
  ["laravel", 2, /name=["']_token["']/u],
  ["laravel", 2, /\/livewire\/|Illuminate\\\\/u],
  ["spring", 6, /Whitelabel Error Page|org\.springframework\./u],
  ["spring", 5, /name=["']_csrf["']/u],
  ["spring", 4, /^\{"timestamp":"[^"]+","status":\d{3},"error":"[^"]*"/u],
];

/** Less than this is no more than chance. */
const enough = 3;

/** The framework that most signs speak for, each counted once; `plain` when hardly any does. */
export function guessFramework(answers: readonly TellingAnswer[]): Framework {
  const headers = answers.flatMap((answer) => answer.headers);
  const seen: readonly (readonly [readonly Sign[], readonly string[]])[] = [
    [cookieNames, headers.flatMap(cookieNamesOf)],
    [headerLines, headers.map(([name, value]) => `${name.toLowerCase()}: ${value}`)],
    [bodies, answers.map(({ body }) => body.trimStart())],
  ];
  const points = new Map<Framework, number>();
  for (const [signs, texts] of seen) {
    for (const [framework, weight, pattern] of signs) {
      if (!texts.some((text) => pattern.test(text))) continue;
      points.set(framework, (points.get(framework) ?? 0) + weight);
    }
  }
  const [best] = [...points].toSorted(([, a], [, b]) => b - a);
  return best !== undefined && best[1] >= enough ? best[0] : "plain";
}

function cookieNamesOf([name, value]: Header): string[] {
  switch (name.toLowerCase()) {
    case "set-cookie":
      return [value.split(/[=;]/u)[0]?.trim() ?? ""];
    case "cookie":
      return value.split(";").map((pair) => pair.split("=")[0]?.trim() ?? "");
    default:
      return [];
  }
}
