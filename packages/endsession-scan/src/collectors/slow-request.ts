/** Requests in flight while the session is ended: may any of them bring it back? */
import type { SlowRequest } from "../artifacts.ts";
import type { Capture } from "../browser/device.ts";
import { signOut } from "../discover/sign-out.ts";
import type { Answer } from "../http/answer.ts";
import { setCookiesOf } from "../http/cookies.ts";
import { carrierHeaders, plainHeaders } from "../probe/carriers.ts";
import { askWith } from "../probe/probe.ts";
import type { Question } from "../probe/probe.ts";
import { Skip } from "../scene.ts";
import type { Scene } from "../scene.ts";

/** Requests at once, and in all. */
const atOnce = 6;
const mostRequests = 600;

export async function slowRequest(scene: Scene): Promise<SlowRequest> {
  const { log } = scene.world;
  const device = await scene.signedIn("D");
  // Visit what there is, to learn which requests take long.
  for (const page of scene.pages.slice(0, 7)) await device.goto(page).catch(() => undefined);
  await device.traffic.settled();
  const capture = await device.capture();
  if ((await scene.reception(capture, "fresh client")).reception !== "accepted") {
    throw new Skip(
      "The captured session was not accepted before the logout, so nothing could be said after it.",
    );
  }
  const slow: Question[] = device.traffic.seen
    .filter(
      ({ type, ask, status }) =>
        ["document", "xhr", "fetch"].includes(type) && ask.method === "GET" && status === 200,
    )
    .toSorted((x, y) => y.took - x.took)
    .slice(0, 2)
    .map(({ ask }) => ({
      method: "GET",
      url: ask.url,
      kind: "api",
      headers: plainHeaders(ask.headers),
      carrierHeaders: carrierHeaders(ask.headers).map(([name]) => name),
    }));
  const questions = [...slow, ...scene.probes];

  const answers: { answer: Answer; sent: number; came: number }[] = [];
  let running = true;
  let sent = 0;
  const keepAsking = async (first: number): Promise<void> => {
    for (let index = first; running && sent < mostRequests; index += 1) {
      const question = questions[index % questions.length];
      if (question === undefined) return;
      sent += 1;
      const began = log.now();
      const answer = await scene.client.send(askWith(question, capture), "in flight");
      answers.push({ answer, sent: began, came: log.now() });
      // Between the logout's click and its answer the slow ones have to be under way.
      // The longer the logout takes, with a question of its own perhaps, the slower.
      const pause = 20 + sent / 2;
      if (answer.took < 50) await new Promise((resolve) => setTimeout(resolve, pause));
    }
  };
  let asking: Promise<void>[] = [];
  const act = await signOut(device, scene.plan, scene.pages, {
    // One that renews the session must not spend it before the logout.
    begins: () => {
      asking = Array.from({ length: atOnce }, (_, index) => keepAsking(index % 2));
    },
  });
  running = false;
  await Promise.all(asking);

  const began = act.request?.at ?? act.answered;
  const inFlight = answers.filter(({ sent: at, came }) => at <= act.answered && came >= began);
  const late = answers.filter(({ came }) => came >= act.answered);
  const old = await scene.reception(withoutRememberMe(scene, capture), "replay");
  const facts = {
    inFlight: inFlight.length,
    slowest: Math.round(Math.max(0, ...inFlight.map(({ answer }) => answer.took))),
  };
  // A logout that was not done ends nothing, and nothing is revived by what was in flight.
  const browser = old.reception === "accepted" ? (await scene.alive(device)).reception : "refused";
  await scene.close(device);
  if (browser === "accepted") throw new Skip("This time the logout did not sign the browser out.");
  if (old.reception === "accepted")
    return { ...facts, after: "accepted", by: "old credentials", exchange: old.answer?.id ?? null };
  for (const values of lateValues(late.map(({ answer }) => answer))) {
    for (const probe of scene.probes.slice(0, 2)) {
      const answer = await scene.client.send(askWith(probe, capture, undefined, values), "replay");
      if (probe.baseline.receive(answer) === "accepted") {
        return { ...facts, after: "accepted", by: "late Set-Cookie", exchange: answer.id };
      }
    }
  }
  return { ...facts, after: old.reception, by: null, exchange: old.answer?.id ?? null };
}

/** A remember-me token that outlives the logout begins a session anew: that is told elsewhere. */
function withoutRememberMe(scene: Scene, capture: Capture): Capture {
  const namesOf = (rememberMe: boolean): string[] =>
    scene.sets
      .filter((set) => set.rememberMe === rememberMe)
      .flatMap(({ carriers }) => carriers.map(({ name }) => name));
  const needed = new Set(namesOf(false));
  const left = new Set(namesOf(true).filter((name) => !needed.has(name)));
  return { ...capture, cookies: capture.cookies.filter(({ name }) => !left.has(name)) };
}

/** Cookie values that late answers set, each answer's together. */
function lateValues(answers: readonly Answer[]): ReadonlyMap<string, string>[] {
  const different = new Map<string, ReadonlyMap<string, string>>();
  for (const { headers } of answers) {
    const values = new Map(
      setCookiesOf(headers)
        .filter(({ deletes, value }) => !deletes && value !== "")
        .map(({ name, value }): [string, string] => [`cookie ${name}`, value]),
    );
    if (values.size > 0) different.set([...values].join(), values);
  }
  return [...different.values()].slice(-10);
}
