/** Which route a request is for, by a name that is the same for all its requests. */
import type { EndSession } from "endsession";

/** A route, as logs and metrics name it. */
export interface Place {
  /** The path below the base path, with names for its variable parts: `/sessions/{id}`. */
  readonly route: string;
  /** Whether it takes the service credential. */
  readonly forService: boolean;
}

/** Finds the place of a request; paths that do not exist are all `other`. */
export type FindPlace = (method: string, path: string) => Place;

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}
interface Operation {
  readonly security: readonly Readonly<Record<string, unknown>>[];
}

const serviceCredential: Operation = { security: [{ serviceCredential: [] }] };

/** Learns the routes from the description of the library's own; the service's are added. */
export async function learnPlaces({ handler }: EndSession, basePath: string): Promise<FindPlace> {
  const url = `http://localhost${basePath}/openapi.json`;
  const { paths } = (await (await handler.fetch(new Request(url))).json()) as Description;
  const own = { "/openapi.json": {}, "/readyz": {}, "/metrics": { get: serviceCredential } };
  const places = Object.entries({ ...paths, ...own }).map(([route, operations]) => {
    const pattern = route.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+");
    return { route, pattern: new RegExp(`^${pattern}$`), operations };
  });
  return (method, path) => {
    const below = path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : "";
    const place = places.find(({ pattern }) => pattern.test(below));
    if (!place) return { route: "other", forService: false };
    const operations: Readonly<Record<string, Operation>> = place.operations;
    const { security = [] } = operations[method.toLowerCase()] ?? {};
    return { route: place.route, forService: security.some((one) => "serviceCredential" in one) };
  };
}
