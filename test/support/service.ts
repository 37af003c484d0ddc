/** The real service as a child process, and the operator's command line beside it. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "./demo.ts";

const dist = new URL("../../packages/endsession-server/dist/", import.meta.url);
const server = fileURLToPath(new URL("server.js", dist));
const commandLine = fileURLToPath(new URL("main.js", dist));

/** Settings as environment variables. */
export type Settings = Readonly<Record<string, string>>;

/** A running service. */
export interface Service {
  readonly url: string;
  readonly serviceToken: string;
  /** What it was started with. */
  readonly settings: Settings;
  readonly child: ChildProcess;
  /** Everything that it has written. */
  output(): string;
  /** Waits until it has written something. */
  wrote(text: string): Promise<void>;
  /** Sends a signal and waits for the end; gives the exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** What a process said that has ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Settings on a new SQLite file, with new secrets. */
export async function newSettings(more: Settings = {}): Promise<Settings> {
  const folder = await temporaryFolder();
  return {
    ENDSESSION_DATABASE: `file:${join(folder, "sessions.db")}`,
    ENDSESSION_SECRET: randomBytes(32).toString("base64"),
    ENDSESSION_SERVICE_TOKEN: randomBytes(32).toString("base64"),
    ENDSESSION_PORT: "0",
    ...more,
  };
}

/** Starts the service and waits until it listens. */
export async function startService(settings: Settings): Promise<Service> {
  const child = spawn(process.execPath, [server], {
    env: { ...withoutSettings(), ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // Should the test run itself be ended, its child must not outlive it.
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const ended = once(child, "close").then(() => process.off("exit", kill));
  let output = "";
  const waiting = new Set<() => void>();
  const note = (chunk: Buffer): void => {
    output += chunk.toString();
    for (const look of waiting) look();
  };
  child.stdout.on("data", note);
  child.stderr.on("data", note);
  const wrote = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!output.includes(text)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
      void ended.then(() => reject(new Error(`The service ended before "${text}":\n${output}`)));
    });
  await wrote('"msg":"listening"');
  return {
    url: /"url":"(http:[^"]+)"/.exec(output)?.[1] ?? "",
    serviceToken: settings["ENDSESSION_SERVICE_TOKEN"] ?? "",
    settings,
    child,
    output: () => output,
    wrote,
    end: async (signal = "SIGTERM") => {
      child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
}

/** Runs a service that is to refuse its settings. */
export function refusedService(settings: Settings, folder?: string): Promise<Ended> {
  return run([server], settings, "", folder);
}

/** Runs a command of the operator's, without a terminal. `input` is what stdin holds. */
export function endsession(
  args: readonly string[],
  settings: Settings,
  input = "",
): Promise<Ended> {
  return run([commandLine, ...args], settings, input);
}

async function run(
  args: readonly string[],
  settings: Settings,
  input: string,
  cwd?: string,
): Promise<Ended> {
  const child = spawn(process.execPath, args, {
    env: { ...withoutSettings(), ...settings },
    stdio: ["pipe", "pipe", "pipe"],
    timeout: 60_000,
    killSignal: "SIGKILL",
    cwd: cwd ?? (await temporaryFolder()),
  });
  const written = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (written.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (written.stderr += chunk.toString()));
  // It may have ended without reading.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  await once(child, "close");
  return { code: child.exitCode, ...written };
}

function withoutSettings(): Record<string, string | undefined> {
  const names = Object.keys(process.env).filter((name) => !name.startsWith("ENDSESSION_"));
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

/** An answer of the service, read. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

/** Sends a request; `json` makes it a POST. */
export async function ask(
  { url }: Pick<Service, "url">,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  json?: unknown,
): Promise<Reply> {
  const answer = await fetch(url + path, {
    redirect: "manual",
    headers: { ...headers, ...(json === undefined ? {} : { "content-type": "application/json" }) },
    ...(json === undefined ? {} : { method: "POST", body: JSON.stringify(json) }),
  });
  const text = await answer.text();
  const isJson = (answer.headers.get("content-type") ?? "").includes("json");
  const body = isJson ? (JSON.parse(text) as Record<string, unknown>) : {};
  return { status: answer.status, headers: answer.headers, text, body };
}

/** The header of a back end. */
export function asBackEnd({ serviceToken }: Service): { authorization: string } {
  return { authorization: `Bearer ${serviceToken}` };
}

/** A session with every credential, started as a back end starts one. */
export interface Started {
  readonly id: string;
  /** The `Cookie` header with the session cookie alone. */
  readonly cookie: string;
  readonly sessionToken: string;
  readonly rememberMe: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

const agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";

/** Starts a session by `POST /sessions`. */
export async function startSession(service: Service, userId: string): Promise<Started> {
  const wanted = { user_id: userId, tokens: true, remember_me: true, user_agent: agent };
  const { status, body, text } = await ask(service, "/sessions", asBackEnd(service), wanted);
  if (status !== 201) throw new Error(`POST /sessions answered ${status}: ${text}`);
  const cookies = (body["set_cookie"] as string[]).map((line) => line.split(";", 1).join(""));
  const valueOf = (name: string): string =>
    cookies.find((cookie) => cookie.includes(`${name}=`))?.replace(/^[^=]*=/, "") ?? "";
  const cookie = cookies.find((one) => one.includes("es_session=")) ?? "";
  return {
    id: String((body["session"] as { id: string }).id),
    cookie,
    sessionToken: valueOf("es_session"),
    rememberMe: valueOf("es_remember"),
    accessToken: String(body["access_token"]),
    refreshToken: String(body["refresh_token"]),
  };
}
