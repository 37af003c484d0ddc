/**
 * Looks at an application from the outside, without an account and without a browser: what its
 * proxy, cookies and headers do to a logout. Nothing is sent that signs in, ends or changes
 * anything; limits are looked at, never provoked.
 */
import { Hosts } from "../config/hosts.ts";
import { HttpClient } from "../http/client.ts";
import { Log } from "../http/log.ts";
import { ScanError } from "../scan-error.ts";
import type { Check, Diagnosis, Outcome, State } from "./check.ts";
import { states, unknown } from "./check.ts";
import { checks } from "./checks.ts";
import { visit } from "./visit.ts";
import type { AskFunction, Visit } from "./visit.ts";

export interface DoctorOptions {
  /** Whether the user said that public hosts are theirs to test. Default: false. */
  readonly allowedToTest?: boolean;
  /** Hears of each check before it is made. */
  readonly told?: (check: Check) => void;
  readonly signal?: AbortSignal;
}

export interface DoctorReport {
  readonly schema: "endsession-scan-doctor/1";
  readonly target: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Milliseconds. */
  readonly took: number;
  /** The sign-in page that was looked at, or `null`. */
  readonly signIn: string | null;
  /** How many requests were sent. */
  readonly requests: number;
  readonly diagnoses: readonly Diagnosis[];
  /** The worst of all. */
  readonly worst: State;
}

/**
 * @param url address of the application
 * @throws ScanError `usage` when the address is none, or its host is public and not said to be
 *   allowed; `cannot-judge` when nothing answers there
 */
export async function doctor(url: string, options: DoctorOptions = {}): Promise<DoctorReport> {
  const target = targetOf(url);
  const hosts = new Hosts([target.href], options.allowedToTest ?? false);
  const log = new Log();
  const client = new HttpClient(hosts, log);
  const startedAt = new Date().toISOString();
  let requests = 0;
  const ask: AskFunction = ({ url: address, method = "GET", headers = [], body }) => {
    requests++;
    const all = [["accept", "text/html,*/*"], ["user-agent", agent], ...headers] as const;
    const question = {
      method,
      url: address,
      headers: all,
      ...(body === undefined ? {} : { body }),
    };
    return client.send(question, "anonymous", options.signal);
  };
  try {
    const seen = await visit(target, ask);
    if (seen.home.status === 0) {
      throw new ScanError(
        "cannot-judge",
        `${target.href} does not answer: ${seen.home.error ?? "no reason was given"}.`,
      );
    }
    const diagnoses: Diagnosis[] = [];
    for (const check of checks) {
      options.signal?.throwIfAborted();
      options.told?.(check);
      // One after the other: a doctor is no load test.
      diagnoses.push(await diagnosed(check, seen));
    }
    return {
      schema: "endsession-scan-doctor/1",
      target: target.href,
      startedAt,
      took: log.now(),
      signIn: seen.signIn?.ask.url ?? null,
      requests,
      diagnoses,
      worst: worstOf(diagnoses),
    };
  } finally {
    await client.close();
  }
}

const agent = "endsession-scan doctor";

function targetOf(url: string): URL {
  if (URL.canParse(url)) {
    const target = new URL(url);
    if (target.protocol === "http:" || target.protocol === "https:") {
      target.hash = "";
      target.username = "";
      target.password = "";
      return target;
    }
  }
  throw new ScanError("usage", `${url} is no address that begins with http:// or https://.`);
}

async function diagnosed(check: Check, seen: Visit): Promise<Diagnosis> {
  const { id, title, requirement } = check;
  return { id, title, requirement, ...(await outcomeOf(check, seen)) };
}

async function outcomeOf(check: Check, seen: Visit): Promise<Outcome> {
  try {
    return await check.look(seen);
  } catch (error) {
    if (error instanceof ScanError) return unknown(error.message);
    const why = error instanceof Error ? error.message : String(error);
    return unknown(`This could not be looked at: ${why}`);
  }
}

function worstOf(diagnoses: readonly Diagnosis[]): State {
  return states.find((state) => diagnoses.some((it) => it.state === state)) ?? "unknown";
}
