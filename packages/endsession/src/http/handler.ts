/**
 * The handler: finds the route, reads the request, and turns whatever comes of it into an answer.
 * No exception leaves it, and none becomes a success.
 */
import { type Answer, toResponse, withHeaders } from "./answer.ts";
import { readBody, readQuery } from "./body.ts";
import {
  type ClientInfo,
  type Exchange,
  type Http,
  readExchange,
  refuseLongHeaders,
} from "./exchange.ts";
import { failure } from "./failure.ts";
import { fromRequest, type Incoming } from "./incoming.ts";
import { lostBody } from "./lost-body.ts";
import { Paths } from "./paths.ts";
import { Problem } from "./problem.ts";
import { networkOf, networkPrefix } from "./rate-limit.ts";
import type { Route } from "./route.ts";
import { routesOf } from "./routes/index.ts";

/** The HTTP surface. */
export interface Handler {
  /** Whether a request is for one of the routes; everything else is the application's. */
  handles(method: string, pathname: string): boolean;
  /** Answers a request. Never rejects. */
  answer(request: Incoming, info: ClientInfo): Promise<Answer>;
  /** The same for servers that speak fetch. */
  fetch(request: Request, info?: ClientInfo): Promise<Response>;
}

interface Place {
  readonly path: string;
  readonly routes: Map<string, Route>;
}

/** Methods that fetch knows of no request for. */
const unheardOf: ReadonlySet<string> = new Set(["CONNECT", "TRACE", "TRACK"]);

/** Makes the handler. */
export function createHandler(http: Http): Handler {
  const { basePath } = http.settings;
  const places = new Map<string, Place>();
  for (const route of routesOf(http.settings)) {
    const place = places.get(route.path) ?? { path: route.path, routes: new Map() };
    place.routes.set(route.method, route);
    places.set(route.path, place);
  }
  const paths = new Paths<Place>();
  for (const place of places.values()) paths.add(basePath + place.path, place);

  const answer = async (request: Incoming, info: ClientInfo): Promise<Answer> => {
    const url = new URL(request.url);
    const [place, params] = paths.find(url.pathname) ?? [undefined, {}];
    const outcome = await outcomeOf(http, request, info, url, place, params);
    return withHeaders(outcome, {
      ...(await limitOf(http, request, info, place, outcome)),
      "cache-control": outcome.headers["cache-control"] ?? "no-store",
      "x-content-type-options": "nosniff",
      // Not "no-referrer", under which browsers send forms with `Origin: null`.
      "referrer-policy": "same-origin",
      ...allowOrigin(http, request, outcome),
    });
  };

  return {
    handles(method, pathname) {
      if (unheardOf.has(method)) return false;
      const place = paths.find(pathname)?.[0];
      if (!place) return false;
      const own = method === "OPTIONS" || routeFor(place, method) !== undefined;
      return own || ![...place.routes.values()].some((one) => one.shared);
    },
    answer,
    fetch: async (request, info = { address: null }) =>
      toResponse(await answer(fromRequest(request), info)),
  };
}

async function outcomeOf(
  http: Http,
  request: Incoming,
  info: ClientInfo,
  url: URL,
  place: Place | undefined,
  params: Record<string, string>,
): Promise<Answer> {
  const route = place && routeFor(place, request.method);
  let exchange: Exchange | null = null;
  let body: unknown;
  try {
    if (!place) throw new Problem("notFound", { detail: "There is no such route here." });
    refuseLongHeaders(request);
    exchange = readExchange(http, request, info, url);
    if (!route) return wrongMethod(exchange, request, place);
    const query = route.query ? readQuery(url, route.query) : undefined;
    if (route.body && request.bodyLost) throw await lostBody(exchange, route);
    body = route.body ? await readBody(request, route.body) : undefined;
    return await route.handle({ exchange, body, query, params });
  } catch (error) {
    const mayBePage = route === undefined || route.method === "POST" || route.page === true;
    const page = mayBePage && exchange?.wantsPage === true;
    const next = http.settings.pages.signedIn;
    return failure(http, exchange, error, { route, body, page, next });
  }
}

/** Every answer of a limited route tells the limit; one that was refused was not counted. */
async function limitOf(
  http: Http,
  request: Incoming,
  info: ClientInfo,
  place: Place | undefined,
  outcome: Answer,
): Promise<Readonly<Record<string, string>>> {
  const limited = place && routeFor(place, request.method)?.limited;
  if (!limited || outcome.headers["ratelimit"] !== undefined) return {};
  let { address } = info;
  try {
    address = http.settings.clientAddress(request, address);
  } catch {
    // It has failed before, and that is what the answer tells.
  }
  const { headers } = await http.settings.rateLimit.look(networkPrefix + networkOf(address));
  const { "retry-after": _, ...told } = headers;
  return told;
}

function routeFor(place: Place, method: string): Route | undefined {
  return place.routes.get(method === "HEAD" ? "GET" : method);
}

function wrongMethod(exchange: Exchange, request: Incoming, place: Place): Answer {
  const methods = [...place.routes.keys()];
  const headers = { allow: methods.join(", ") };
  if (request.method === "OPTIONS") return { status: 204, headers, cookies: [], body: null };
  throw new Problem("methodNotAllowed", {
    detail: `Use ${methods.join(" or ")} for ${exchange.url.pathname}. Nothing was changed.`,
    headers,
  });
}

/** CORS for exactly the origins that are trusted (CS-06). */
function allowOrigin(http: Http, request: Incoming, outcome: Answer): Record<string, string> {
  const { trustedOrigins } = http.settings;
  if (trustedOrigins.length === 0) return {};
  const origin = request.headers.get("origin");
  if (origin === null || !trustedOrigins.includes(origin)) return { vary: "origin" };
  const headers = {
    vary: "origin",
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "Date, RateLimit, RateLimit-Policy, Retry-After",
  };
  if (request.method !== "OPTIONS") return headers;
  return {
    ...headers,
    "access-control-allow-methods": outcome.headers["allow"] ?? "",
    "access-control-allow-headers": "authorization, content-type",
    "access-control-max-age": "600",
  };
}
