/**
 * The order of a scan: what is learnt comes first, what ends one session comes next, what may end
 * or block others comes last. Each collector has sign-ins of its own, so that none spoils another.
 */
import { createRequire } from "node:module";
import type { Artifacts, Collected, CollectorName, Gap } from "./artifacts.ts";
import { launchBrowser } from "./browser/launch.ts";
import type { BrowserOptions } from "./browser/launch.ts";
import type { Device } from "./browser/device.ts";
import { departure } from "./collectors/departure.ts";
import type { Departed } from "./collectors/departure.ts";
import { idle } from "./collectors/idle.ts";
import { logoutAll } from "./collectors/logout-all.ts";
import { logoutAnswers } from "./collectors/logout-answers.ts";
import { logoutWays } from "./collectors/logout-ways.ts";
import { passwordChange } from "./collectors/password-change.ts";
import { rateLimit } from "./collectors/rate-limit.ts";
import { refresh } from "./collectors/refresh.ts";
import { slowRequest } from "./collectors/slow-request.ts";
import { survey } from "./collectors/survey.ts";
import { Hosts } from "./config/hosts.ts";
import type { Config } from "./config/schema.ts";
import { guessFramework } from "./framework.ts";
import { HttpClient } from "./http/client.ts";
import { closed, withinLimits } from "./limit.ts";
import type { Limits } from "./limit.ts";
import { Log } from "./http/log.ts";
import { Secrets } from "./http/secrets.ts";
import { Plan } from "./plan.ts";
import { ScanError } from "./scan-error.ts";
import { Scene, Skip } from "./scene.ts";
import type { Extent } from "./scene.ts";
import type { Browser } from "playwright-core";

export interface RunOptions extends BrowserOptions, Limits, Partial<Extent> {
  /** The path of the configuration file, which its files are named relative to. */
  readonly configPath?: string;
  /** Says that public hosts are the user's to test. Default: false. */
  readonly allowedToTest?: boolean;
  /** Accepts certificates that cannot be verified. Default: false. */
  readonly insecure?: boolean;
  /** A browser to use, instead of one that is started and closed. */
  readonly browser?: Browser;
  /** Parts to do, besides the survey and the departure, which are always done. Default: all. */
  readonly parts?: ReadonlySet<CollectorName>;
  /** Hears of each step as it happens. */
  readonly told?: ConstructorParameters<typeof Log>[0];
}

const version = (createRequire(import.meta.url)("../package.json") as { version: string }).version;

/**
 * Scans an application.
 *
 * @throws ScanError when it cannot be judged at all, or when it may not be scanned
 */
export async function run(config: Config, options: RunOptions = {}): Promise<Artifacts> {
  const startedAt = new Date().toISOString();
  return withScene(config, options, async (scene) => {
    const { log, secrets, browser } = scene.world;
    const { collected, gaps } = await collect(scene, options.parts);
    const ids = new Set(JSON.stringify([collected, log.steps]).match(/\bx\d+\b/gu));
    return {
      schema: "endsession-scan-artifacts/1",
      target: config.baseUrl,
      startedAt,
      took: log.now(),
      scanner: version,
      browser: browser.version(),
      framework: guessFramework(log.told()),
      logins: scene.logins,
      warnings: scene.warnings,
      collected,
      gaps,
      exchanges: log.exchanges(ids, secrets),
      steps: log.steps,
      shots: scene.shots,
    };
  });
}

/** Sets the scene, and clears it however the work ends. */
export async function withScene<Result>(
  config: Config,
  options: RunOptions,
  work: (scene: Scene) => Promise<Result>,
): Promise<Result> {
  const addresses = [config.baseUrl, ...config.hosts, ...config.instances];
  const hosts = new Hosts(addresses, options.allowedToTest === true);
  const plan = new Plan(config, options.configPath);
  const log = new Log(options.told);
  const secrets = new Secrets();
  secrets.addPassword(plan.account.password);
  const insecure = options.insecure === true;
  const browser = options.browser ?? (await launchBrowser(options, hosts.names));
  const client = new HttpClient(hosts, log, insecure);
  const scene = new Scene(
    { browser, hosts, log, secrets, insecure, lost: [] },
    client,
    plan,
    extentOf(options),
  );
  try {
    return await withinLimits(
      async () => {
        await reachable(scene);
        return work(scene);
      },
      browser,
      options,
    );
  } catch (error) {
    throw withoutSecrets(error, secrets);
  } finally {
    await closed(scene.closeAll());
    await client.close();
    if (options.browser === undefined) await closed(browser.close());
  }
}

/** What a page says of a sign-in may repeat the password. */
function withoutSecrets(error: unknown, secrets: Secrets): unknown {
  if (!(error instanceof Error)) return error;
  error.message = secrets.cut(error.message);
  return error;
}

/** Without the survey and its probes nothing can be judged; any other part may be missing. */
async function collect(
  scene: Scene,
  parts: RunOptions["parts"],
): Promise<{ collected: Collected; gaps: Artifacts["gaps"] }> {
  const collected: { -readonly [Name in CollectorName]?: Collected[Name] } = {};
  const gaps: Partial<Record<CollectorName, Gap>> = {};
  const attempt = async (name: CollectorName, work: () => Promise<void>): Promise<void> => {
    // Nearly everything is judged in the light of the main act.
    if (name !== "departure" && parts?.has(name) === false) {
      gaps[name] = notWanted;
      return;
    }
    try {
      await keepingPages(scene, work);
    } catch (error) {
      delete collected[name];
      gaps[name] = gapOf(error);
    }
  };
  collected.survey = await keepingPages(scene, () => survey(scene));
  let departed: Departed | null = null;
  await attempt("departure", async () => {
    const { departed: left, ...facts } = await departure(scene);
    departed = left;
    collected.departure = facts;
  });
  if (gaps.departure !== undefined) departed = null;
  let spare: Device | null = null;
  await attempt("ways", async () => {
    const { spare: left, ...facts } = await logoutWays(scene, done(departed));
    spare = left;
    collected.ways = facts;
  });
  if (scene.extent.quick) return { collected, gaps: { ...gaps, ...leftOut } };
  await attempt("answers", async () => {
    collected.answers = await logoutAnswers(scene, done(departed), spare);
  });
  await attempt("refresh", async () => {
    collected.refresh = await refresh(scene);
  });
  await attempt("slowRequest", async () => {
    collected.slowRequest = await slowRequest(scene);
  });
  await attempt("logoutAll", async () => {
    collected.logoutAll = await logoutAll(scene);
  });
  await attempt("passwordChange", async () => {
    collected.passwordChange = await passwordChange(scene);
  });
  await attempt("idle", async () => {
    collected.idle = await idle(scene);
  });
  // Last, since a limit that is used up may lock everything else out.
  await attempt("rateLimit", async () => {
    collected.rateLimit = await rateLimit(scene, done(departed));
  });
  return { collected, gaps };
}

const notWanted: Gap = { reason: "No audit that was asked for needs it.", notApplicable: true };
/**
 * Does a part that counts only while every page answers: one that is gone shows nothing private
 * either, and that is no proof.
 *
 * @throws ScanError when a page was lost
 */
async function keepingPages<Result>(
  { world }: Scene,
  work: () => Promise<Result>,
): Promise<Result> {
  const before = world.lost.length;
  const checkPages = (): void => {
    const why = world.lost[before];
    if (why !== undefined)
      throw new ScanError("cannot-judge", `${why}, so what it shows cannot be judged.`);
  };
  try {
    return await work();
  } finally {
    checkPages();
  }
}

const notQuick: Gap = { reason: "Not part of the quick set.", notApplicable: true };
const leftOut: Artifacts["gaps"] = {
  answers: notQuick,
  refresh: notQuick,
  slowRequest: notQuick,
  logoutAll: notQuick,
  passwordChange: notQuick,
  idle: notQuick,
  rateLimit: notQuick,
};

/** What follows the main act needs it. */
function done<T>(departed: T | null): T {
  if (departed === null) throw new Skip("The logout itself could not be done.");
  return departed;
}

function gapOf(error: unknown): Gap {
  if (error instanceof Skip) return { reason: error.message, notApplicable: error.notApplicable };
  if (error instanceof ScanError) return { reason: error.message, notApplicable: false };
  const message = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  return { reason: `This part of the scan broke off: ${message}`, notApplicable: false };
}

async function reachable(scene: Scene): Promise<void> {
  const { start } = scene.plan;
  const answer = await scene.client.send(
    { method: "GET", url: start, headers: [["accept", "text/html"]] },
    "anonymous",
  );
  if (answer.status === 0) {
    throw new ScanError(
      "cannot-judge",
      `${start} does not answer (${answer.error ?? "no connection"}). Check the address, and that the application runs.`,
    );
  }
  if (answer.status >= 500) {
    throw new ScanError(
      "cannot-judge",
      `${start} answers ${answer.status}: an application that does not work cannot be judged. Mend that first, or name another address.`,
    );
  }
  const challenge = answer.headers.find(([name]) => name === "www-authenticate")?.[1] ?? "";
  scene.httpAuthentication = answer.status === 401 && /^(?:basic|digest)/iu.test(challenge);
}

function extentOf(options: RunOptions): Extent {
  const quick = options.quick ?? false;
  return {
    quick,
    maxLogins: options.maxLogins ?? 30,
    delays: options.delays ?? (quick ? [1000, 4000] : [1000, 3000, 10_000, 30_000]),
    logoutAll: options.logoutAll ?? false,
    changePassword: options.changePassword ?? false,
    patient: options.patient ?? false,
  };
}
