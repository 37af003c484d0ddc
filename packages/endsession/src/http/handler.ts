/**
 * The fetch handler: finds the route, reads the request, and turns whatever comes of it into an
 * answer. No exception leaves it, and none becomes a success.
 */
import { readBody, readQuery } from "./body.ts";
import {
  type ClientInfo,
  type Exchange,
  type Http,
  readExchange,
  refuseLongHeaders,
} from "./exchange.ts";
import { failure } from "./failure.ts";
import { isBodyLost, lostBody } from "./lost-body.ts";
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

  return {
    handles(method, pathname) {
      if (unheardOf.has(method)) return false;
      const place = paths.find(pathname)?.[0];
      if (!place) return false;
      const own = method === "OPTIONS" || routeFor(place, method) !== undefined;
      return own || ![...place.routes.values()].some((one) => one.shared);
    },
    async fetch(request, info = { address: null }) {
      const [place, params] = paths.find(new URL(request.url).pathname) ?? [undefined, {}];
      const outcome = await answer(http, request, info, place, params);
      await tellLimit(http, request, info, place, outcome);
      if (!outcome.headers.has("cache-control")) outcome.headers.set("cache-control", "no-store");
      outcome.headers.set("x-content-type-options", "nosniff");
      // Not "no-referrer", under which browsers send forms with `Origin: null`.
      outcome.headers.set("referrer-policy", "same-origin");
      allowOrigin(http, request, outcome);
      return outcome;
    },
  };
}

async function answer(
  http: Http,
  request: Request,
  info: ClientInfo,
  place: Place | undefined,
  params: Record<string, string>,
): Promise<Response> {
  const route = place && routeFor(place, request.method);
  let exchange: Exchange | null = null;
  let body: unknown;
  try {
    if (!place) throw new Problem("notFound", { detail: "There is no such route here." });
    refuseLongHeaders(request.headers);
    exchange = readExchange(http, request, info);
    if (!route) return wrongMethod(exchange, request, place);
    const query = route.query ? readQuery(exchange.url, route.query) : undefined;
    if (route.body && isBodyLost(request)) throw await lostBody(exchange, route);
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
async function tellLimit(
  http: Http,
  request: Request,
  info: ClientInfo,
  place: Place | undefined,
  outcome: Response,
): Promise<void> {
  const limited = place && routeFor(place, request.method)?.limited;
  if (!limited || outcome.headers.has("ratelimit")) return;
  let { address } = info;
  try {
    address = http.settings.clientAddress(request, address);
  } catch {
    // It has failed before, and that is what the answer tells.
  }
  const { headers } = await http.settings.rateLimit.look(networkPrefix + networkOf(address));
  for (const name of ["ratelimit-policy", "ratelimit"]) {
    outcome.headers.set(name, headers[name] ?? "");
  }
}

function routeFor(place: Place, method: string): Route | undefined {
  return place.routes.get(method === "HEAD" ? "GET" : method);
}

function wrongMethod(exchange: Exchange, request: Request, place: Place): Response {
  const methods = [...place.routes.keys()];
  if (request.method === "OPTIONS") {
    return new Response(null, { status: 204, headers: { allow: methods.join(", ") } });
  }
  throw new Problem("methodNotAllowed", {
    detail: `Use ${methods.join(" or ")} for ${exchange.url.pathname}. Nothing was changed.`,
    headers: { allow: methods.join(", ") },
  });
}

/** CORS for exactly the origins that are trusted (CS-06). */
function allowOrigin(http: Http, request: Request, outcome: Response): void {
  const { trustedOrigins } = http.settings;
  if (trustedOrigins.length === 0) return;
  outcome.headers.append("vary", "origin");
  const origin = request.headers.get("origin");
  if (origin === null || !trustedOrigins.includes(origin)) return;
  const { headers } = outcome;
  headers.set("access-control-allow-origin", origin);
  headers.set("access-control-allow-credentials", "true");
  headers.set("access-control-expose-headers", "Date, RateLimit, RateLimit-Policy, Retry-After");
  if (request.method !== "OPTIONS") return;
  headers.set("access-control-allow-methods", headers.get("allow") ?? "");
  headers.set("access-control-allow-headers", "authorization, content-type");
  headers.set("access-control-max-age", "600");
}
