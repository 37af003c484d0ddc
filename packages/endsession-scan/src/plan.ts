/** What a scan knows of its application: what was configured, and what it found out on the way. */
import { dirname, resolve } from "node:path";
import type { Device } from "./browser/device.ts";
import type { Config } from "./config/schema.ts";
import { ScanError } from "./scan-error.ts";

export interface Account {
  readonly username: string;
  readonly password: string;
}

/** Where the control was found, so that the next search begins there. */
export interface SignOutPlan {
  readonly page: string;
  /** What the control says. */
  readonly text: string;
  /** How surely it signs out, up to 100. */
  readonly score: number;
  /** What had to be opened first. */
  readonly opener: string | null;
}

export class Plan {
  readonly config: Config;
  readonly account: Account;
  readonly totpSecret: string | null;
  /** The page with the sign-in form, once it was found. */
  loginUrl: string | null;
  /** How to sign out, once it was found. */
  signOut: SignOutPlan | null = null;
  /** Called with the form found and not yet filled. */
  beforeSignIn: ((device: Device) => Promise<void>) | null = null;
  readonly #folder: string;

  /**
   * @param path of the configuration file, which files are named relative to
   * @throws ScanError when the account is incomplete
   */
  constructor(config: Config, path = ".") {
    this.config = config;
    this.#folder = dirname(path);
    this.loginUrl = config.loginUrl === undefined ? null : this.address(config.loginUrl);
    const needed = config.signIn?.kind !== "state";
    // Some applications ask for a password alone.
    const nothing = config.username === undefined && config.passwordEnv === undefined;
    if (needed && nothing && config.password === undefined) {
      throw new ScanError(
        "usage",
        'No account was given: pass --username and --password-env, or set "username" and "passwordEnv".',
      );
    }
    this.account = {
      username: config.username ?? "",
      password: secretOf(config.password, config.passwordEnv, needed),
    };
    this.totpSecret = secretOf(config.totpSecret, config.totpSecretEnv, false) || null;
  }

  get start(): string {
    return this.config.baseUrl;
  }

  /** An address of the configuration, which may be relative to the base address. */
  address(url: string): string {
    const base = this.config.baseUrl.endsWith("/")
      ? this.config.baseUrl
      : `${this.config.baseUrl}/`;
    return new URL(url, url.startsWith("/") ? this.config.baseUrl : base).href;
  }

  /** A file that the configuration names. */
  file(path: string): string {
    return resolve(this.#folder, path);
  }

  /** Text with the account filled in. */
  text(template: string, account: Account = this.account): string {
    return template
      .replaceAll("{{username}}", account.username)
      .replaceAll("{{password}}", account.password);
  }

  /** A request's body: text as it is, anything else as JSON, with the account filled in. */
  fill(body: unknown, account: Account = this.account): string | undefined {
    if (body === undefined) return undefined;
    if (typeof body === "string") return this.text(body, account);
    return JSON.stringify(body, (_, value: unknown) =>
      typeof value === "string" ? this.text(value, account) : value,
    );
  }
}

function secretOf(
  value: string | undefined,
  variable: string | undefined,
  needed: boolean,
): string {
  if (value !== undefined) return value;
  if (variable !== undefined) {
    const found = process.env[variable];
    if (found === undefined || found === "") {
      throw new ScanError(
        "usage",
        `The environment variable ${variable}, which should hold a secret, is not set.`,
      );
    }
    return found;
  }
  if (needed)
    throw new ScanError(
      "usage",
      'No password was given: pass --password-env VARIABLE, or set "passwordEnv".',
    );
  return "";
}
