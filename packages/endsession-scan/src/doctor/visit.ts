/** A stranger's visit: the start page, the sign-in page, and a way to ask more. */
import { signInScore, signOutScore } from "../discover/words.ts";
import { headerOf, redirectOf } from "../http/answer.ts";
import type { Answer } from "../http/answer.ts";
import { parseSetCookie } from "../http/cookies.ts";
import type { SetCookie } from "../http/cookies.ts";
import { linksOf } from "./links.ts";
import type { Question } from "./question.ts";

/** Sends one request without any credential, follows nothing. */
export type AskFunction = (question: Question) => Promise<Answer>;

export interface Visit {
  readonly target: URL;
  /** The start page, at the end of its redirects. */
  readonly home: Answer;
  /** The sign-in page, where one was found. */
  readonly signIn: Answer | null;
  /** All answers up to there, redirects included. */
  readonly answers: readonly Answer[];
  /** What an address that surely does not exist answers. */
  readonly missing: Answer;
  /** Addresses of links and forms that look like a logout. */
  readonly logoutLinks: readonly LogoutLink[];
  readonly ask: AskFunction;
}

export interface LogoutLink {
  readonly url: string;
  /** A form that posts, or a link, which gets. */
  readonly method: "GET" | "POST";
}

const usualSignIns = [
  "/login",
  "/signin",
  "/sign-in",
  "/auth/login",
  "/users/sign_in",
  "/accounts/login/",
  "/session/new",
];

/** Redirects are followed this often, on the same host only. */
const mostRedirects = 6;

export async function visit(target: URL, ask: AskFunction): Promise<Visit> {
  const [missing, start] = await Promise.all([
    ask({ url: new URL("/endsession-doctor-no-such-page", target).href }),
    follow(target.href, ask),
  ]);
  const home = lastOf(start);
  const found = await findSignIn(home, target, ask);
  const signIn = found.at(-1) ?? null;
  return {
    target,
    home,
    signIn,
    answers: [...new Set([...start, ...found])],
    missing,
    logoutLinks: [home, ...(signIn === null ? [] : [signIn])].flatMap((page) =>
      linksOf(page)
        .filter(({ url, text }) => signOutScore(text, url, "") >= 50 && sameHost(url, target))
        .map(({ url, method }): LogoutLink => ({ url, method })),
    ),
    ask,
  };
}

/** Every cookie that is set on the way, with the answer that sets it. */
export function cookiesOf(visit: Visit): { readonly cookie: SetCookie; readonly answer: Answer }[] {
  return visit.answers.flatMap((answer) =>
    answer.headers
      .filter(([name]) => name.toLowerCase() === "set-cookie")
      .flatMap(([, value]) => parseSetCookie(value) ?? [])
      .map((cookie) => ({ cookie, answer })),
  );
}

async function follow(url: string, ask: AskFunction): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next: string | null = url;
  while (next !== null && answers.length <= mostRedirects) {
    // One after the other: each redirect is told by the answer before it.
    const answer: Answer = await ask({ url: next });
    answers.push(answer);
    const to = redirectOf(answer);
    next = to !== null && sameHost(to, new URL(url)) ? to : null;
  }
  return answers;
}

/** The answers on the way to the sign-in page; none when there is no such page. */
async function findSignIn(home: Answer, target: URL, ask: AskFunction): Promise<Answer[]> {
  if (asksPassword(home)) return [home];
  const linked = linksOf(home)
    .filter(({ url, method }) => method === "GET" && sameHost(url, target))
    .map(({ url, text }) => ({ url, score: signInScore(text, new URL(url).pathname) }))
    .filter(({ score }) => score >= 50)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, 3)
    .map(({ url }) => url);
  const usual = usualSignIns.map((path) => new URL(path, target).href);
  for (const url of new Set([...linked, ...usual])) {
    // The first that is one ends the search.
    const answers = await follow(url, ask);
    if (asksPassword(lastOf(answers))) return answers;
  }
  return [];
}

function asksPassword(answer: Answer): boolean {
  return (
    answer.status < 400 &&
    (headerOf(answer.headers, "content-type") ?? "text/html").includes("html") &&
    /<input[^>]+type\s*=\s*["']?password/iu.test(answer.body)
  );
}

function lastOf(answers: readonly Answer[]): Answer {
  const last = answers.at(-1);
  if (last === undefined) throw new Error("There is always a first answer.");
  return last;
}

export function sameHost(url: string, target: URL): boolean {
  return URL.canParse(url) && new URL(url).host === target.host;
}
