/** Reads the settings from the environment and one file; the environment comes first. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { profiles } from "endsession";
import type { z } from "zod";
import { type Config, ConfigError } from "./config.ts";
import { nearest } from "./nearest.ts";
import { schema } from "./schema.ts";
import { configVariable, readText, type Variable, variables } from "./variables.ts";

/** The environment. */
export type Env = Readonly<Record<string, string | undefined>>;

/** The settings and where they are from. */
export interface ReadConfig {
  readonly config: Config;
  /** The path of the file that was read; null without one. */
  readonly file: string | null;
  /** Names the variable, or the key and the file, that a setting is from, or could be set by. */
  readonly nameOf: (key: string) => string;
  /** Whether it was set at all. */
  readonly isSet: (key: string) => boolean;
}

/** What is read. */
export interface ConfigSources {
  readonly env: Env;
  /** The file's path as it was given; null looks for `endsession.config.json`. */
  readonly file: string | null;
  /** Where relative paths start. */
  readonly folder: string;
}

const defaultFile = "endsession.config.json";

/** Reads and checks everything. Throws a {@link ConfigError} that names all that is wrong. */
export function readConfig(sources: ConfigSources): ReadConfig {
  const { env, folder } = sources;
  const named = sources.file ?? (env[configVariable] || null);
  const read = readFile(folder, named);
  const raw: Record<string, unknown> = structuredClone(read?.settings ?? {});
  const names = new Map<string, string>();
  const wrong: string[] = [...misspelt(env)];
  for (const variable of variables) {
    const given = valueOf(variable, env, folder, wrong);
    if (given === null) continue;
    names.set(variable.key, given.name);
    put(raw, variable.key, readText(given.text, variable.reading));
  }
  const nameOf = (key: string): string => {
    const own = names.get(key);
    if (own !== undefined) return own;
    const variable = variables.find((one) => one.key === key);
    if (read && has(read.settings, key)) return `"${key}" in ${read.name}`;
    return variable?.name ?? `"${key}"`;
  };
  const checked = schema.safeParse(raw);
  if (!checked.success) wrong.push(...checked.error.issues.map((one) => sentence(one, nameOf)));
  else wrong.push(...contradictions(checked.data, nameOf));
  if (!checked.success || wrong.length > 0) throw new ConfigError(wrong.join("\n"));
  const isSet = (key: string): boolean => names.has(key) || has(read?.settings ?? {}, key);
  return { config: checked.data, file: read?.path ?? null, nameOf, isSet };
}

interface SettingsFile {
  readonly path: string;
  readonly name: string;
  readonly settings: Record<string, unknown>;
}

function readFile(folder: string, named: string | null): SettingsFile | null {
  const name = named ?? defaultFile;
  const path = resolve(folder, name);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (named === null && (error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new ConfigError(
      `The configuration file "${name}" cannot be read (${String((error as NodeJS.ErrnoException).code)}); ` +
        "give the path of a JSON file.",
    );
  }
  try {
    const settings: unknown = JSON.parse(text);
    if (typeof settings === "object" && settings !== null && !Array.isArray(settings)) {
      return { path, name, settings: settings as Record<string, unknown> };
    }
  } catch {
    // Told below: the parser's own message would repeat what stands there, secrets included.
  }
  throw new ConfigError(
    `The configuration file "${name}" is no JSON object; write one such as {"port": 8414}, ` +
      "without comments or a comma behind the last entry.",
  );
}

interface Given {
  readonly name: string;
  readonly text: string;
}

/** What a variable says, or the file that it names; an empty one says nothing. */
function valueOf(variable: Variable, env: Env, folder: string, wrong: string[]): Given | null {
  const { name, secret } = variable;
  const text = env[name] || null;
  const fileVariable = `${name}_FILE`;
  const path = secret ? env[fileVariable] || null : null;
  if (path === null) return text === null ? null : { name, text };
  if (text !== null) {
    wrong.push(`${name} and ${fileVariable} are both set; keep one of them.`);
    return null;
  }
  try {
    // Editors and `echo` end a file with a newline that is no part of the secret.
    const content = readFileSync(resolve(folder, path), "utf8").replace(/\r?\n$/, "");
    if (content !== "") return { name: fileVariable, text: content };
    wrong.push(`${fileVariable} names "${path}", which is empty; put the value in it.`);
  } catch (error) {
    const { code = "no reason given" } = error as NodeJS.ErrnoException;
    wrong.push(
      `${fileVariable} names "${path}", which cannot be read (${code}); ` +
        "give the path of a file that this process may read.",
    );
  }
  return null;
}

const prefix = "ENDSESSION_";
/** Kubernetes sets these for a service named "endsession". */
const ofKubernetes = /^ENDSESSION_(?:SERVICE_HOST|SERVICE_PORT.*|PORT_\d+_.*)$/;

/** Variables that nobody reads, and that are nearly the name of one that is read. */
function misspelt(env: Env): string[] {
  const known = [
    configVariable,
    ...variables.flatMap(({ name, secret }) => (secret ? [name, `${name}_FILE`] : [name])),
  ].map((name) => name.slice(prefix.length));
  return Object.keys(env).flatMap((name) => {
    const rest = name.slice(prefix.length);
    if (!name.startsWith(prefix) || known.includes(rest) || ofKubernetes.test(name)) return [];
    const meant = nearest(rest, known);
    return meant === null
      ? []
      : [`${name} is no setting; did you mean ${prefix}${meant}? Rename it, or remove it.`];
  });
}

function sentence(issue: z.core.$ZodIssue, nameOf: (key: string) => string): string {
  const key = issue.path.filter((part) => typeof part === "string").join(".");
  if (issue.code !== "unrecognized_keys") return `${nameOf(key)} ${issue.message}.`;
  const known = keysBelow(key);
  return issue.keys
    .map((name) => {
      const meant = nearest(name, known);
      const hint = meant === null ? `the keys are ${known.join(", ")}` : `did you mean "${meant}"?`;
      const end = hint.endsWith("?") ? "" : ".";
      return `"${key === "" ? name : `${key}.${name}`}" is no setting; ${hint}${end}`;
    })
    .join("\n");
}

/** The keys of a group, of an object in a list of cookie scopes, or of the whole file. */
function keysBelow(group: string): string[] {
  if (group === "cookies.previous") return ["name", "path", "domain"];
  const keys = [...variables.map(({ key }) => key), "cookies.previous"];
  const below = group === "" ? keys : keys.filter((key) => key.startsWith(`${group}.`));
  const start = group === "" ? 0 : group.length + 1;
  return [...new Set(below.map((key) => key.slice(start).split(".", 1).join("")))];
}

/** What is right by itself, and wrong together. */
function contradictions(config: Config, nameOf: (key: string) => string): string[] {
  const profile = profiles[config.profile];
  const absolute = (config.absoluteSeconds ?? profile.absolute / 1000) * 1000;
  const idle = config.idleSeconds === null ? profile.idle : config.idleSeconds * 1000;
  if (idle === null || idle <= absolute) return [];
  const key = config.idleSeconds === null ? "absoluteSeconds" : "idleSeconds";
  return [
    `${nameOf(key)} makes the idle timeout (${idle / 1000} s) longer than the absolute one ` +
      `(${absolute / 1000} s); give an idle timeout up to the absolute one.`,
  ];
}

function has(settings: Record<string, unknown>, key: string): boolean {
  const [group = "", member] = key.split(".");
  const value = settings[group];
  if (member === undefined) return value !== undefined;
  return typeof value === "object" && value !== null && member in value;
}

function put(settings: Record<string, unknown>, key: string, value: unknown): void {
  const [group = "", member] = key.split(".");
  if (member === undefined) settings[group] = value;
  else {
    const inside = settings[group];
    const members = typeof inside === "object" && inside !== null ? inside : {};
    settings[group] = { ...members, [member]: value };
  }
}
