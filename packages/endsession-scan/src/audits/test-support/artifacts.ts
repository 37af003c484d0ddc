/** Artifacts of a right application, and the changes that make it a wrong one. */
import type {
  Artifacts,
  AuthenticatingSet,
  Carrier,
  Collected,
  CookieFact,
  Departure,
  Gap,
  LogoutAnswer,
  LogoutAnswers,
  LogoutWays,
  Reception,
  Refresh,
  Replay,
  Replays,
  SignOutFact,
  Survey,
  Way,
} from "../../artifacts.ts";

export const target = "https://shop.example";
export const sid: Carrier = { kind: "cookie", name: "sid" };
export const bearer: Carrier = { kind: "header", name: "authorization" };
export const remember: Carrier = { kind: "cookie", name: "remember" };

export interface Changes {
  readonly target?: string;
  readonly survey?: Partial<Survey>;
  readonly departure?: Partial<Departure>;
  readonly signOut?: Partial<SignOutFact>;
  readonly ways?: Partial<LogoutWays>;
  readonly answers?: Partial<LogoutAnswers>;
  readonly refresh?: Partial<Refresh>;
  readonly parts?: Partial<Collected>;
  readonly gaps?: Partial<Record<keyof Collected, Gap>>;
}

export function artifactsWith(changes: Changes = {}): Artifacts {
  const all: Collected = {
    survey: { ...rightSurvey(), ...changes.survey },
    departure: {
      ...rightDeparture(),
      ...changes.departure,
      signOut: { ...rightSignOut(), ...changes.signOut },
    },
    ways: { get: way(), prefetch: way(), crossSite: way(), ...changes.ways },
    answers: { ...rightAnswers(), ...changes.answers },
    refresh: { ...rightRefresh(), ...changes.refresh },
    slowRequest: {
      inFlight: 3,
      slowest: 900,
      after: "refused",
      by: null,
      exchange: "x2",
    },
    rateLimit: {
      sent: 21,
      limitedAt: 21,
      logoutStatus: 303,
      sessionAfter: "refused",
      exchange: "x2",
      headers: [],
    },
    logoutAll: { how: "clicked", done: true, here: "refused", there: "refused", exchange: "x2" },
    passwordChange: {
      how: "changed",
      done: true,
      here: "accepted",
      there: "refused",
      exchange: "x2",
    },
    idle: { announced: 900, waited: 945, after: "refused", exchange: "x2" },
    ...changes.parts,
  };
  const missing = new Set(Object.keys(changes.gaps ?? {}));
  return {
    schema: "endsession-scan-artifacts/1",
    target: changes.target ?? target,
    startedAt: "2026-11-20T10:00:00.000Z",
    took: 20_000,
    scanner: "0.1.0",
    browser: "Chromium",
    framework: "plain",
    logins: 8,
    warnings: [],
    collected: Object.fromEntries(Object.entries(all).filter(([name]) => !missing.has(name))),
    gaps: changes.gaps ?? {},
    exchanges: Object.fromEntries(
      ["x1", "x2", "x3"].map((id) => [
        id,
        {
          id,
          at: 1000,
          by: "A",
          method: "GET",
          url: `${target}/account`,
          requestHeaders: [],
          status: 200,
          headers: [],
          took: 5,
        },
      ]),
    ),
    steps: [],
    shots: [],
  };
}

export function rightSurvey(): Survey {
  return {
    landing: `${target}/account`,
    probes: [probe("p1", "/account", "page"), probe("p2", "/api/me", "api")],
    sets: [setOf([sid])],
    httpAuthentication: false,
    cookies: [cookie("sid"), cookie("theme", { authenticates: false, httpOnly: false })],
    keptFromBefore: [],
    anonymousCookies: ["sid"],
    tokensInStorage: [],
    secretsInUrls: [],
    leaks: [],
    twins: [],
    clearSiteData: [],
    cors: [{ probe: "p1", origin: "https://attacker.example", allowed: false, exchange: "x1" }],
    errors: [{ what: "an unknown page", exchange: "x3", detail: null }],
    deviceList: `${target}/account/devices`,
    logoutAll: "Log out of all devices",
    pagesSearched: 3,
    prefetchesLogout: [],
  };
}

export function rightSignOut(): SignOutFact {
  return {
    how: "clicked “Log out”",
    request: { method: "POST", url: `${target}/logout`, exchange: "x2", token: false },
    status: 303,
    browser: "refused",
    certain: true,
  };
}

export function rightDeparture(): Departure {
  return {
    signOut: rightSignOut(),
    replays: replaysOf(refusedFrom(20), [{ refused: 10 }]),
    otherDevice: { bothSignedIn: true, after: "accepted", exchange: "x1" },
    cookiesAfter: [cookie("theme", { authenticates: false, httpOnly: false })],
    cookiesKept: [],
    twins: [],
    setCookies: ["sid=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax"],
    clearSiteData: null,
    back: { shown: false, from: "server", text: null },
    otherTab: { stays: false, text: null, reinstalled: [] },
    leaks: [],
    left: [],
    serviceWorker: { registered: true, servesPrivate: false, url: null },
    channels: [
      {
        kind: "SSE",
        url: `${target}/events`,
        anonymous: false,
        closedAfter: 40,
        messagesAfter: 0,
        watchedFor: 5000,
      },
    ],
    signsBackIn: { signedIn: false, how: "opening the private page again", through: null },
  };
}

function rightAnswers(): LogoutAnswers {
  return {
    live: answer(),
    dead: answer(),
    random: answer(),
    none: answer(),
    bearer: false,
    redirects: [
      { parameter: "next", to: "https://attacker.example/", followed: false, exchange: "x2" },
    ],
  };
}

function rightRefresh(): Refresh {
  return {
    found: "POST /token/refresh",
    rotates: true,
    fork: { successors: 1, working: 0 },
    reuse: { accepted: false, exchange: "x3" },
    afterLogout: { accepted: false, exchange: "x3" },
  };
}

export function answer(changes: Partial<LogoutAnswer> = {}): LogoutAnswer {
  return {
    status: 303,
    location: "/",
    shape: "nothing",
    deletesCookies: true,
    exchange: "x2",
    ...changes,
  };
}

/** A way that did not end the session. */
export function way(changes: Partial<Way> = {}): Way {
  return {
    tried: true,
    how: "GET /logout",
    ended: false,
    exchange: "x2",
    token: false,
    ...changes,
  };
}

export function probe(
  id: string,
  path: string,
  kind: Survey["probes"][number]["kind"],
  changes: Partial<Survey["probes"][number]> = {},
): Survey["probes"][number] {
  return {
    id,
    method: "GET",
    url: target + path,
    kind,
    difference: "signed in 200, anonymous 302 to /login",
    signedIn: "x1",
    anonymous: "x3",
    cacheControl: "no-store",
    ...changes,
  };
}

export function cookie(name: string, changes: Partial<CookieFact> = {}): CookieFact {
  return {
    name,
    value: "sha256:0a1b2c3d",
    length: 46,
    domain: "shop.example",
    path: "/",
    secure: true,
    httpOnly: true,
    sameSite: "Lax",
    days: null,
    authenticates: true,
    ...changes,
  };
}

export function setOf(
  carriers: readonly Carrier[],
  changes: Partial<AuthenticatingSet> = {},
): AuthenticatingSet {
  return { carriers, rememberMe: false, probe: "p1", ...changes };
}

/** What one set was answered, by the milliseconds after the logout. */
export type Course = readonly (readonly [after: number, reception: Reception])[];

export interface Asked {
  readonly course: Course;
  readonly carriers?: readonly Carrier[];
  readonly set?: Replay["set"];
  readonly rememberMe?: boolean;
  readonly probe?: string;
  readonly control?: Reception | null;
  readonly value?: Replay["value"];
}

export function refusedFrom(after: number): Asked {
  return { course: always("refused", after) };
}

/** The same answer at all times. */
export function always(reception: Reception, from = 20): Course {
  return [from, 1000, 3000, 10_000].map((after) => [after, reception]);
}

export function replaysOf(
  asked: Asked | readonly Asked[],
  parallel: readonly Partial<Replays["parallel"][number]>[] = [],
): Replays {
  const all: readonly Asked[] = "course" in asked ? [asked] : asked;
  return {
    controls: all.flatMap((one) =>
      one.control === null ? [] : [replayOf(one, -1, one.control ?? "accepted")],
    ),
    replays: all
      .flatMap((one) => one.course.map(([after, reception]) => replayOf(one, after, reception)))
      .toSorted((a, b) => a.after - b.after),
    parallel: parallel.map((one) => ({
      probe: "p1",
      after: 200,
      accepted: 0,
      refused: 0,
      unclear: 0,
      exchange: "x3",
      ...one,
    })),
  };
}

function replayOf(of: Asked, after: number, reception: Reception): Replay {
  return {
    after,
    probe: of.probe ?? "p1",
    set: of.set ?? "minimal",
    carriers: of.carriers ?? [sid],
    rememberMe: of.rememberMe ?? false,
    ...(of.value === undefined ? {} : { value: of.value }),
    reception,
    exchange: "x3",
  };
}
