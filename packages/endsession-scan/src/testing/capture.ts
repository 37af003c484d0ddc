/** Taking what authenticates, and proving at once that it does. */
import { cookiesFor } from "../browser/device.ts";
import type { Answer } from "../http/answer.ts";
import { cookieHeader, setCookiesOf } from "../http/cookies.ts";
import { redacted } from "../http/log.ts";
import { Secrets } from "../http/secrets.ts";
import { compare } from "../probe/baseline.ts";
import { askWith, carriersFor, keyOf } from "../probe/probe.ts";
import type { Probe, Question } from "../probe/probe.ts";
import { ScanError } from "../scan-error.ts";
import { fromFresh, keep } from "./captured.ts";
import type { Captured, Inside } from "./captured.ts";
import { fromCaller } from "./errors.ts";
import { after, captureOf } from "./held.ts";
import type { Held } from "./held.ts";
import { addressOf, hostsOf, questionsOf } from "./questions.ts";
import type { Probes } from "./questions.ts";
import { read } from "./sources.ts";
import type { From } from "./sources.ts";
import { differenceOf, linesOf, nameOf, saidOf, statusOf } from "./told.ts";

export interface CaptureOptions {
  /**
   * Requests that a signed-in user gets another answer to than a stranger: a path, an address, or a
   * request. Name one for every part that decides by itself who is signed in: pages, API, gateway.
   */
  readonly probe: Probes;
  /**
   * What relative addresses are relative to. Default: the address of the page, of the context's
   * first page, or of the answer.
   */
  readonly baseUrl?: string | URL;
  /** Whether certificates that cannot be verified are accepted. Default: false. */
  readonly insecure?: boolean;
  /** Says that public hosts are yours to test. Default: false, this machine and private networks. */
  readonly allowedToTest?: boolean;
}

/** So many earlier states of replaced cookies are remembered. */
const mostStates = 4;

/**
 * Captures what authenticates, right before a logout, and proves that it does: each probe is asked
 * twice in its name and twice as a stranger, all from connections of their own. Nothing else is
 * sent. A cookie that the application replaces meanwhile is given back to the browser.
 *
 * @param from a `BrowserContext` or `Page` of Playwright; the answer to a sign-in, or its headers;
 *   or `{ cookies, headers }`
 * @throws ScanError of kind `usage` when nothing is captured, or may be asked; of kind
 *   `cannot-judge` when what was captured is not accepted, or strangers get the same answer:
 *   no assertion on it would mean anything
 */
export async function capture(from: From, options: CaptureOptions): Promise<Captured> {
  return fromCaller(capture)(async () => {
    const { probe, baseUrl, insecure = false, allowedToTest = false } = options;
    const source = await read(from);
    const base = baseUrl === undefined ? source.base : String(baseUrl);
    const questions = questionsOf(probe, base, [...source.held.headers.keys()]);
    const hosts = hostsOf(questions, allowedToTest);
    const secrets = new Secrets();
    learn(secrets, source.held);
    const probes: Probe[] = [];
    const { giveBack } = source;
    const inside: Inside = { hosts, insecure, secrets, probes, giveBack, held: [source.held] };
    for (const question of questions) probes.push(await proven(question, probes.length, inside));

    const [latest] = inside.held;
    const carriers = probes.flatMap((it) => carriersFor(it, captureOf(latest, it.url)).map(keyOf));
    return keep(
      {
        probes: probes.map((it) => ({
          request: nameOf(it, secrets),
          difference: differenceOf(it, secrets),
        })),
        carriers: [...new Set(carriers)],
        headersFor: (address) => {
          const url = addressOf(address, base ?? questions[0]?.url ?? null);
          hosts.check(url);
          const held = captureOf(inside.held[0], url);
          const cookies = cookiesFor(held, url);
          return {
            ...Object.fromEntries(held.headers),
            ...(cookies.length === 0 ? {} : { cookie: cookieHeader(cookies) }),
          };
        },
      },
      inside,
    );
  });
}

/** Asks in the captured name, as its browser would; what the answer replaces is held from now on. */
export async function askSignedIn(question: Question, inside: Inside): Promise<Answer> {
  const [held] = inside.held;
  const ask = askWith(question, captureOf(held, question.url));
  const answer = await fromFresh(inside, (client) => client.send(ask, "captured"));
  for (const { value } of setCookiesOf(answer.headers)) inside.secrets.add(value);
  const next = after(held, answer);
  if (next.held !== held) {
    learn(inside.secrets, next.held);
    inside.held = [next.held, ...inside.held.slice(0, mostStates - 1)];
    for (const { origin } of next.replaced) await inside.giveBack?.(origin);
  }
  return answer;
}

/** The question as a probe, with what tells signed in from anonymous, shown to be accepted. */
async function proven(question: Question, index: number, inside: Inside): Promise<Probe> {
  const name = nameOf(question, inside.secrets);
  const carriers = carriersFor(question, captureOf(inside.held[0], question.url));
  if (carriers.length === 0) {
    throw cannotJudge(
      `Nothing of what was captured is sent to ${name}: its cookies belong to another host or path (${hostsIn(inside.held[0])}). Hosts are compared by name: localhost and 127.0.0.1 are two.`,
    );
  }
  const signedIn = await askSignedIn(question, inside);
  if (signedIn.status < 200 || signedIn.status > 299) {
    throw cannotJudge(
      `${name} answered ${said(signedIn, inside)} to ${saidOf(carriers)}, which is no answer for somebody signed in, so its end could not be told later. ${adviceFor(signedIn)}`,
      signedIn,
      inside,
    );
  }
  const anonymous = await fromFresh(inside, (client) =>
    Promise.all([1, 2].map(() => client.send(askWith(question, null), "anonymous"))),
  );
  const again = await askSignedIn(question, inside);
  const [stranger = again] = anonymous;
  const baseline = compare([signedIn, again], anonymous);
  const told =
    baseline !== null &&
    baseline.receive(again) === "accepted" &&
    anonymous.every((it) => baseline.receive(it) === "refused");
  if (!told) {
    throw cannotJudge(
      `${name} does not tell signed in from anonymous: with ${saidOf(carriers)} it answered ${said(signedIn, inside)}, then ${said(again, inside)}, and to strangers ${said(stranger, inside)}, without a difference that lasts. Either what was captured is not signed in, or the probe is public: name a request that only a signed-in user gets.`,
      again,
      inside,
    );
  }
  return { ...question, id: `p${index + 1}`, baseline, signedIn: again, anonymous: stranger };
}

function adviceFor({ status }: Answer): string {
  if (status === 0) return "The application has to listen while the test runs.";
  if (status === 429) return "Raise or switch off the rate limit for tests.";
  if (status >= 500) return "The application has failed: see its log.";
  return "Capture after the sign-in has been answered; name where a redirect leads; and where the application looks at other headers (User-Agent, X-Requested-With), give them with the probe.";
}

function learn(secrets: Secrets, { cookies, headers }: Held): void {
  for (const { value } of cookies) secrets.add(value);
  for (const value of headers.values()) {
    secrets.add(value);
    secrets.add(value.replace(/^\S+\s+/u, ""));
  }
}

function said(answer: Answer, { secrets }: Inside): string {
  return statusOf(redacted(answer, secrets));
}

function cannotJudge(message: string, answer?: Answer, inside?: Inside): ScanError {
  const seen =
    answer === undefined || inside === undefined
      ? ""
      : `\n\n${linesOf(redacted(answer, inside.secrets))}`;
  return new ScanError("cannot-judge", `${message}${seen}`);
}

function hostsIn({ cookies }: Held): string {
  return cookies
    .map(({ name, domain, path }) => `${name} for ${domain ?? "any"}${path}`)
    .join(", ");
}
