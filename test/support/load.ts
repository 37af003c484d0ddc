/**
 * Clients that sign in, refresh and log out until the demo dies under them, and the ledger of what
 * it had acknowledged by then. Each client is one user and does one thing at a time, so that what
 * the demo owes after a restart is known exactly.
 */
import { type Answer, type Device, json } from "./client.ts";
import { type Demo, accounts } from "./demo.ts";
import { cookieNames, grant, newDevice, signIn, startWhole, type Tokens } from "./sessions.ts";

/** What was acknowledged about one session. */
export interface Entry {
  readonly user: string;
  readonly cookie: string | null;
  readonly rememberMe: string | null;
  readonly accessTokens: string[];
  /** Every refresh token that was handed out, in order. */
  readonly refreshTokens: string[];
  /** `unknown`: an end was sent and not answered. */
  state: "live" | "ended" | "unknown";
}

/** All sessions there were. */
export class Ledger {
  readonly entries: Entry[] = [];

  /** How many ends were acknowledged. */
  get ended(): number {
    return this.entries.filter(({ state }) => state === "ended").length;
  }

  /** How many live families were rotated at least twice. */
  get rotatedTwice(): number {
    return this.entries.filter((one) => one.state === "live" && one.refreshTokens.length > 2)
      .length;
  }
}

/** A client: runs until `isOver` says so, or until the demo no longer answers. */
export async function runClient(
  demo: Demo,
  ledger: Ledger,
  name: string,
  isOver: () => boolean,
): Promise<void> {
  const random = randomOf(name);
  const mine = (): Entry[] =>
    ledger.entries.filter(({ user, state }) => user === name && state === "live");
  try {
    while (!isOver()) {
      const dice = random();
      const live = mine();
      const one = live[Math.floor(random() * live.length)];
      if (one === undefined || (dice < 0.25 && live.length < 6)) await start(demo, ledger, name);
      else if (dice < 0.8) await use(demo, one);
      else if (dice < 0.97) await logOut(demo, one, [one], "/logout");
      else await logOut(demo, one, live, "/logout/all");
    }
  } catch (error) {
    // The demo was killed while the request was on its way.
    if (!isOver() || error instanceof Broken) throw error;
  }
}

/** A promise that the demo broke while it was running. */
export class Broken extends Error {
  override readonly name: string = "Broken";
}

async function start(demo: Demo, ledger: Ledger, name: string): Promise<void> {
  const entry = await (name in accounts
    ? startWithPassword(demo, name as keyof typeof accounts)
    : startAsBackEnd(demo, name));
  ledger.entries.push(entry);
}

async function startWithPassword(demo: Demo, name: keyof typeof accounts): Promise<Entry> {
  if (name === "guest") {
    const device = await signIn(demo, accounts[name], { remember: true });
    const [cookie, rememberMe] = [cookieNames.session, cookieNames.rememberMe].map(
      (cookieName) => device.jar.get(cookieName) ?? null,
    );
    return entryOf(name, cookie ?? null, rememberMe ?? null, null);
  }
  return entryOf(name, null, null, await grant(demo, accounts[name]));
}

async function startAsBackEnd(demo: Demo, name: string): Promise<Entry> {
  const whole = await startWhole(demo, name);
  const { cookie, rememberMe, accessToken, refreshToken } = whole;
  const tokens = { access_token: accessToken, refresh_token: refreshToken };
  return entryOf(name, cookie, rememberMe, tokens);
}

function entryOf(
  user: string,
  cookie: string | null,
  rememberMe: string | null,
  tokens: Tokens | null,
): Entry {
  return {
    user,
    cookie,
    rememberMe,
    accessTokens: tokens === null ? [] : [tokens.access_token],
    refreshTokens: tokens === null ? [] : [tokens.refresh_token],
    state: "live",
  };
}

/** Refreshes, and uses the new access token, which confirms the rotation. */
async function use(demo: Demo, entry: Entry): Promise<void> {
  const token = entry.refreshTokens.at(-1);
  if (token === undefined) {
    expectStatus(await glance(demo, entry), [200], entry);
    return;
  }
  const form = { grant_type: "refresh_token", refresh_token: token };
  const answer = await newDevice(demo).post("/token", { form });
  expectStatus(answer, [200], entry);
  const tokens = json<Tokens & Record<string, unknown>>(answer);
  entry.accessTokens.push(tokens.access_token);
  if (tokens.refresh_token !== token) entry.refreshTokens.push(tokens.refresh_token);
  expectStatus(
    await newDevice(demo).get("/session", { bearer: tokens.access_token }),
    [200],
    entry,
  );
}

async function logOut(
  demo: Demo,
  by: Entry,
  ended: readonly Entry[],
  path: "/logout" | "/logout/all",
): Promise<void> {
  for (const entry of ended) entry.state = "unknown";
  const credential =
    by.cookie === null
      ? { bearer: by.accessTokens.at(-1) ?? "" }
      : { cookie: `${cookieNames.session}=${by.cookie}` };
  const answer = await newDevice(demo).post(path, credential);
  // Beyond the limit the sessions have ended all the same, and the answer says so.
  expectStatus(answer, [200, 429], by);
  for (const entry of ended) entry.state = "ended";
}

function glance(demo: Demo, { cookie }: Entry): Promise<Answer> {
  const device: Device = newDevice(demo);
  return device.get("/session", { cookie: `${cookieNames.session}=${cookie ?? ""}` });
}

function expectStatus({ status, text }: Answer, allowed: readonly number[], entry: Entry): void {
  if (allowed.includes(status)) return;
  throw new Broken(`A session of ${entry.user} was answered with ${status}: ${text}`);
}

/** Numbers from 0 to 1 that are the same in every run. */
function randomOf(seed: string): () => number {
  let state = Buffer.from(seed).reduce((sum, byte) => (sum * 31 + byte) | 0, 7);
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}
