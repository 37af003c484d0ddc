/** What of the artifacts the commands and tests of a prompt are made of. */
import type { Artifacts, Exchange, ProbeFact } from "../artifacts.ts";
import type { Finding } from "../audit.ts";
import { headerOf } from "../http/answer.ts";
import type { TestPaths } from "./guide.ts";

export interface Seen {
  readonly target: string | null;
  readonly logout: {
    readonly method: string;
    readonly url: string;
    /** Whether it was seen to carry a CSRF token. */
    readonly token: boolean;
    readonly contentType: string | null;
  } | null;
  readonly private: {
    readonly method: string;
    readonly url: string;
    /** Status of the signed-in and of the anonymous answer; `null` when they were not kept. */
    readonly signedIn: number | null;
    readonly anonymous: number | null;
  } | null;
  /** Whether a request header, not a cookie, carries the identity. */
  readonly header: string | null;
}

export const nothingSeen: Seen = { target: null, logout: null, private: null, header: null };

export function seenIn(artifacts: Artifacts | null, finding: Finding): Seen {
  if (artifacts === null) return nothingSeen;
  const { survey, departure } = artifacts.collected;
  const request = departure?.signOut.request ?? null;
  const asked = exchangeOf(artifacts, request?.exchange ?? null);
  const probe = probeFor(survey?.probes ?? [], artifacts, finding);
  const names = (survey?.sets ?? []).flatMap(({ carriers }) => carriers);
  return {
    target: artifacts.target,
    logout: request && {
      method: request.method.toUpperCase(),
      url: request.url,
      token: request.token,
      contentType: asked && headerOf(asked.requestHeaders, "content-type"),
    },
    private: probe && {
      method: probe.method,
      url: probe.url,
      signedIn: exchangeOf(artifacts, probe.signedIn)?.status ?? null,
      anonymous: exchangeOf(artifacts, probe.anonymous)?.status ?? null,
    },
    header: names.find(({ kind }) => kind === "header")?.name ?? null,
  };
}

function exchangeOf(artifacts: Artifacts, id: string | null): Exchange | null {
  return id === null ? null : (artifacts.exchanges[id] ?? null);
}

/** The probe that the finding speaks of, else the first that a raw client can ask. */
function probeFor(
  probes: readonly ProbeFact[],
  artifacts: Artifacts,
  finding: Finding,
): ProbeFact | null {
  const urls = finding.evidence.map(({ exchange }) =>
    exchange === undefined ? null : artifacts.exchanges[exchange]?.url,
  );
  const raw = probes.filter(({ kind }) => kind !== "rendered");
  return raw.find(({ url }) => urls.includes(url)) ?? raw[0] ?? null;
}

/** A path that needs no escaping in any language's string. */
const harmless = /^\/[\w\-./~%?=&]*$/u;

/** What a test of the framework needs, or `null` where not all of it was seen. */
export function testPathsOf(seen: Seen): TestPaths | null {
  const { logout, private: probe } = seen;
  if (logout === null || probe === null) return null;
  if (probe.method !== "GET" || probe.signedIn === null || probe.anonymous === null) return null;
  // Where both answer alike, a status tells nothing.
  if (probe.signedIn === probe.anonymous) return null;
  const paths = [logout.url, probe.url].map(pathOf);
  const [logoutPath, privatePath] = paths;
  if (logoutPath === undefined || privatePath === undefined) return null;
  if (!paths.every((path) => harmless.test(path))) return null;
  return {
    logout: logoutPath,
    logoutMethod: /^(?:POST|PUT|PATCH|DELETE)$/u.test(logout.method) ? logout.method : "POST",
    private: privatePath,
    origin: new URL(probe.url).origin,
    signedIn: probe.signedIn,
    anonymous: probe.anonymous,
  };
}

function pathOf(url: string): string {
  if (!URL.canParse(url)) return "";
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}
