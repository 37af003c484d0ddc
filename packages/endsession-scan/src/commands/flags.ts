/** The flags that every command which signs in understands, and what they make of the configuration. */
import { InvalidArgumentError } from "commander";
import type { Command } from "commander";
import { isCancel, password as askPassword } from "@clack/prompts";
import { readConfig } from "../config/read.ts";
import type { ReadConfig } from "../config/read.ts";
import type { RunOptions } from "../run.ts";
import { ScanError } from "../scan-error.ts";

export interface ScanFlags {
  readonly config?: string;
  readonly username?: string;
  readonly passwordEnv?: string;
  readonly totpSecretEnv?: string;
  readonly loginUrl?: string;
  readonly private?: string[];
  readonly identityText?: string;
  readonly host?: string[];
  readonly quick?: boolean;
  readonly patient?: boolean;
  readonly logoutAll?: boolean;
  readonly changePassword?: boolean;
  readonly maxLogins?: number;
  readonly delays?: number[];
  readonly timeout?: number;
  readonly iAmAllowedToTest?: boolean;
  readonly insecure?: boolean;
  readonly browserPath?: string;
  readonly sandbox: boolean;
  readonly headed?: boolean;
}

export function withScanFlags(command: Command): Command {
  return command
    .argument("[url]", "the application's address")
    .option(
      "-c, --config <file>",
      "what cannot be found out (default: endsession.scan.json, if there is one)",
    )
    .option("-u, --username <name>", "the account to sign in with")
    .option("-p, --password-env <variable>", "the environment variable that holds its password")
    .option(
      "--totp-secret-env <variable>",
      "the one that holds the secret of its authenticator app",
    )
    .option("--login-url <address>", "the page with the sign-in form")
    .option("--private <address...>", "addresses that only this user may see")
    .option("--identity-text <text>", "text that is shown to this user only")
    .option("--host <name...>", "further hosts that belong to the application")
    .option("--quick", "the quick set: replay, deletion, GET, back button, other device")
    .option("--patient", "also wait for the idle timeout that the configuration announces")
    .option("--logout-all", "also end all sessions of the account")
    .option("--change-password", "also change the password, and change it back")
    .option("--max-logins <number>", "sign in at most so often", wholeNumber, 30)
    .option(
      "--delays <seconds>",
      "when to replay after the logout, for example 1,3,10,30",
      delaysOf,
    )
    .option("--timeout <seconds>", "give up after so long, and judge nothing", wholeNumber, 900)
    .option("--i-am-allowed-to-test", "scan a public host: yours, or with its owner's consent")
    .option("--insecure", "accept certificates that cannot be verified")
    .option("--browser-path <path>", "the Chromium or Chrome to drive")
    .option("--no-sandbox", "run the browser without its sandbox, as root has to")
    .option("--headed", "show the browser");
}

/** Everything as the flags and the file have it; asks for the password where a person is there. */
export async function configured(url: string | undefined, flags: ScanFlags): Promise<ReadConfig> {
  const read = readConfig(flags.config, {
    baseUrl: url,
    username: flags.username,
    passwordEnv: flags.passwordEnv,
    totpSecretEnv: flags.totpSecretEnv,
    loginUrl: flags.loginUrl,
    private: flags.private,
    identityText: flags.identityText,
    hosts: flags.host,
  } as Parameters<typeof readConfig>[1]);
  const { config } = read;
  const needed = config.signIn?.kind !== "state" && config.username !== undefined;
  if (
    !needed ||
    config.password !== undefined ||
    config.passwordEnv !== undefined ||
    !process.stdin.isTTY
  ) {
    return read;
  }
  const typed = await askPassword({ message: `Password of ${config.username ?? ""}` });
  if (isCancel(typed)) throw new ScanError("usage", "No password was given.");
  return { ...read, config: { ...config, password: typed } };
}

export function runOptions(flags: ScanFlags, path: string | null): RunOptions {
  const { browserPath, delays, maxLogins, timeout } = flags;
  return {
    quick: flags.quick === true,
    patient: flags.patient === true,
    logoutAll: flags.logoutAll === true,
    changePassword: flags.changePassword === true,
    allowedToTest: flags.iAmAllowedToTest === true,
    insecure: flags.insecure === true,
    noSandbox: !flags.sandbox,
    headed: flags.headed === true,
    ...(maxLogins === undefined ? {} : { maxLogins }),
    ...(timeout === undefined ? {} : { timeLimit: timeout * 1000 }),
    ...(delays === undefined ? {} : { delays }),
    ...(browserPath === undefined ? {} : { browserPath }),
    ...(path === null ? {} : { configPath: path }),
  };
}

export function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/u.test(text))
    throw new InvalidArgumentError("It has to be a whole number above 0.");
  return Number(text);
}

/** Seconds, separated by commas, as milliseconds. */
function delaysOf(text: string): number[] {
  const delays = text.split(",").map(Number);
  if (delays.some((delay) => !(delay >= 0))) {
    throw new InvalidArgumentError("Seconds are meant, separated by commas: 1,3,10.");
  }
  return delays.map((delay) => delay * 1000).toSorted((a, b) => a - b);
}
