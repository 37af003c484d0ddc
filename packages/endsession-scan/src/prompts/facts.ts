/** What was seen, in sentences for a prompt: each function says what the artifacts hold, or nothing. */
import type { Artifacts, Collected, CookieFact } from "../artifacts.ts";
import { maskedValue } from "./mask.ts";
import { code } from "./text.ts";

export type Facts = (collected: Collected, artifacts: Artifacts) => readonly string[];

export const cookies: Facts = ({ survey }) =>
  (survey?.cookies ?? [])
    .filter(({ authenticates }) => authenticates)
    .map((cookie) => `The cookie ${code(cookie.name)} signs in: ${attributesOf(cookie)}.`);

export const carriers: Facts = ({ survey }) => {
  const sets = (survey?.sets ?? []).filter(({ carriers: all }) => all.length > 0);
  return sets.map(({ carriers: all, rememberMe }) => {
    const names = all.map(({ kind, name }) => `${kind} ${code(name)}`).join(" and ");
    const many = all.length > 1;
    return rememberMe
      ? `The ${names} alone ${many ? "get" : "gets"} a new session (remember-me).`
      : `The ${names} ${many ? "are" : "is"} enough to be signed in.`;
  });
};

export const logout: Facts = ({ departure }) => {
  if (departure === undefined) return [];
  const { request, how, status } = departure.signOut;
  return request === null
    ? [`The logout: ${code(how)}.`]
    : [
        `The logout sends ${code(`${request.method} ${request.url}`)}${status === null ? "" : `, answered with ${status}`}.`,
      ];
};

export const deletion: Facts = ({ departure }) => {
  if (departure === undefined) return [];
  const kept = departure.cookiesKept.map(
    (cookie) => `After the logout ${code(cookie.name)} is still there: ${attributesOf(cookie)}.`,
  );
  const set = departure.setCookies.map(
    (line) => `The logout answers ${code(`Set-Cookie: ${maskedValue("set-cookie", line)}`)}.`,
  );
  return [...kept, ...(set.length > 0 ? set : ["The logout answers no Set-Cookie."])];
};

export const twins: Facts = ({ survey, departure }) =>
  [...(survey?.twins ?? []), ...(departure?.twins ?? [])].map(
    ({ name, cookies: all, when }) =>
      `${code(name)} is there ${all.length} times ${when === "signed-in" ? "while signed in" : "after the logout"}: ${all.map(({ domain, path }) => code(`Domain ${domain}, Path ${path}`)).join("; ")}.`,
  );

export const privateAddresses: Facts = ({ survey }) =>
  (survey?.probes ?? []).map(
    ({ method, url, cacheControl }) =>
      `Private: ${code(`${method} ${url}`)}, Cache-Control ${cacheControl === null ? "not sent" : code(cacheControl)}.`,
  );

export const storedTokens: Facts = ({ survey }) =>
  (survey?.tokensInStorage ?? []).map(
    ({ store, key, authenticates }) =>
      `${store} holds ${code(key)}, which ${authenticates ? "signs in" : "looks like a token"}.`,
  );

export const leftovers: Facts = ({ departure }) =>
  (departure?.left ?? []).map(
    ({ store, key, what }) => `After the logout ${store} holds ${code(key)}: ${code(what)}.`,
  );

export const refresh: Facts = ({ refresh: found }) =>
  found === undefined
    ? []
    : [
        `The refresh request: ${code(found.found)}; it ${found.rotates ? "hands out a new refresh token" : "keeps the refresh token"}.`,
      ];

export const channels: Facts = ({ departure }) =>
  (departure?.channels ?? [])
    .filter(({ anonymous }) => !anonymous)
    .map(
      ({ kind, url, closedAfter, messagesAfter, watchedFor }) =>
        `${kind} ${code(url)}: ${closedAfter === null ? "not closed" : `closed after ${closedAfter} ms`}, ${messagesAfter} messages in the ${watchedFor} ms after the logout.`,
    );

export const ways: Facts = ({ ways: all }) =>
  Object.entries(all ?? {}).flatMap(([name, way]: [string, NonNullable<typeof all>["get"]]) =>
    way.ended === true ? [`${labels[name] ?? name} ended the session (${code(way.how)}).`] : [],
  );

const labels: Readonly<Record<string, string>> = {
  get: "A plain GET",
  prefetch: "A prefetch",
  crossSite: "A form on another site",
};

export const prefetching: Facts = ({ survey }) =>
  (survey?.prefetchesLogout ?? []).map(
    ({ page, how }) => `The page ${code(page)} prefetches the logout address: ${code(how)}.`,
  );

export const answers: Facts = ({ answers: all }) =>
  all === undefined
    ? []
    : (["live", "dead", "random", "none"] as const).flatMap((kind) => {
        const answer = all[kind];
        if (answer === null) return [];
        const to = answer.location === null ? "" : ` to ${code(answer.location)}`;
        return [
          `With ${kind === "none" ? "no" : `a ${kind}`} credential the logout answers ${answer.status}${to}, body ${code(answer.shape)}, ${answer.deletesCookies ? "deleting" : "not deleting"} cookies.`,
        ];
      });

export const redirects: Facts = ({ answers: all }) =>
  (all?.redirects ?? [])
    .filter(({ followed }) => followed)
    .map(({ parameter, to }) => `The parameter ${code(parameter)} leads to ${code(to)}.`);

export const cors: Facts = ({ survey }) =>
  (survey?.cors ?? [])
    .filter(({ allowed }) => allowed)
    .map(({ origin }) => `The origin ${code(origin)} may read private answers.`);

export const errors: Facts = ({ survey }) =>
  (survey?.errors ?? []).flatMap(({ what, detail }) =>
    detail === null ? [] : [`${code(what)} shows ${code(detail)}.`],
  );

export const secretsInUrls: Facts = ({ survey }) =>
  (survey?.secretsInUrls ?? []).map(({ url, what }) => `${code(what)} travels in ${code(url)}.`);

export const leaks: Facts = ({ survey }) =>
  (survey?.leaks ?? []).map(
    ({ url, carrier, own }) =>
      `${code(url)} contains the value of ${code(carrier)}, ${own ? "this device's own" : "another device's"}.`,
  );

export const deviceControls: Facts = ({ survey }) =>
  survey === undefined
    ? []
    : [
        survey.deviceList === null
          ? `No list of sessions or devices was found on ${survey.pagesSearched} pages.`
          : `The sessions or devices are listed at ${code(survey.deviceList)}.`,
        survey.logoutAll === null
          ? "No control that ends all sessions was found."
          : `The control that ends all sessions: ${code(survey.logoutAll)}.`,
      ];

export const limits: Facts = ({ rateLimit }) =>
  rateLimit === undefined
    ? []
    : [
        `${rateLimit.sent} logout requests were sent; ${rateLimit.limitedAt === null ? "no limit was met" : `the limit was met at number ${rateLimit.limitedAt}`}; then a live session's logout was answered with ${rateLimit.logoutStatus}.`,
      ];

export const fixation: Facts = ({ survey }) =>
  (survey?.keptFromBefore ?? []).map(
    ({ name }) => `${code(name)} has the same value before and after the sign-in.`,
  );

export const back: Facts = ({ departure }) =>
  departure?.back?.shown === true
    ? [`After the logout, Back shows the private page, from the ${departure.back.from}.`]
    : [];

export const worker: Facts = ({ departure }) =>
  departure?.serviceWorker?.servesPrivate === true
    ? [
        `A service worker answers ${code(departure.serviceWorker.url ?? "the private address")} offline.`,
      ]
    : [];

export const reinstalled: Facts = ({ departure }) =>
  (departure?.otherTab?.reinstalled ?? []).map(
    (name) => `The other tab wrote ${code(name)} back after the logout.`,
  );

export const siteData: Facts = ({ survey, departure }) => [
  ...(survey?.clearSiteData ?? []).map(
    ({ url, value, signedIn }) =>
      `${code(url)} answers ${code(`Clear-Site-Data: ${value}`)} ${signedIn ? "to a signed-in browser" : "to anyone"}.`,
  ),
  ...[departure?.clearSiteData ?? null].flatMap((value) =>
    value === null ? [] : [`The logout answers ${code(`Clear-Site-Data: ${value}`)}.`],
  ),
];

export const idle: Facts = ({ idle: seen }) =>
  seen === undefined
    ? []
    : [`Announced idle time: ${seen.announced} s; asked again after ${seen.waited} s.`];

export const singleSignOn: Facts = ({ departure }) =>
  departure?.signsBackIn?.signedIn === true
    ? [
        `Signed in again with nothing typed: ${code(departure.signsBackIn.how)}${departure.signsBackIn.through === null ? "" : `, through ${code(departure.signsBackIn.through)}`}.`,
      ]
    : [];

export const slow: Facts = ({ slowRequest }) =>
  slowRequest === undefined
    ? []
    : [
        `${slowRequest.inFlight} requests were in flight during the logout, the slowest took ${slowRequest.slowest} ms${slowRequest.by === null ? "" : `; afterwards ${slowRequest.by} signed in`}.`,
      ];

function attributesOf(cookie: CookieFact): string {
  return [
    `Domain ${code(cookie.domain)}`,
    `Path ${code(cookie.path)}`,
    cookie.secure ? "Secure" : "not Secure",
    cookie.httpOnly ? "HttpOnly" : "not HttpOnly",
    cookie.sameSite === null ? "no SameSite" : `SameSite=${cookie.sameSite}`,
    cookie.days === null ? "until the browser is closed" : `for ${Math.round(cookie.days)} days`,
  ].join(", ");
}
