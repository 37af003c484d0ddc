/** Programs that tests need and that a fresh machine may lack: found, else installed, else named. */
import { spawn } from "node:child_process";
import { constants } from "node:fs";
import { access, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** A program, and where it comes from. */
export interface Tool {
  /** What people call it. */
  readonly name: string;
  /** The environment variable that names its path. */
  readonly variable: string;
  /** Names under which distributions install it, in the order they are tried. */
  readonly executables: readonly [string, ...string[]];
  /** The package that brings it on Debian and its relatives. */
  readonly debianPackage: string;
}

/**
 * The path of a program: what its variable names, else one on PATH, else (as root on Debian and
 * its relatives) one freshly installed by apt.
 *
 * @throws Error when there is none; its message names the command to run.
 */
export async function findTool(tool: Tool): Promise<string> {
  const { name, variable } = tool;
  const named = process.env[variable];
  if (named !== undefined && named !== "") {
    if (await isExecutable(named)) return named;
    throw new Error(`${variable} is ${named}, which is not an executable file.`);
  }

  const found = await findOnPath(tool);
  if (found !== null) return found;

  if (isRoot() && (await isDebianLike())) {
    await installWithApt(tool);
    const installed = await findOnPath(tool);
    if (installed !== null) return installed;
  }
  throw new Error(
    `No ${name} was found on PATH. Run "sudo ${aptCommand(tool)}" on Debian or Ubuntu, or set ` +
      `${variable} to its path.`,
  );
}

/** Whether this process is root. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function aptCommand({ debianPackage }: Tool): string {
  return `apt-get install -y --no-install-recommends ${debianPackage}`;
}

async function findOnPath({ executables }: Tool): Promise<string | null> {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const name of executables) {
    for (const folder of folders) {
      const candidate = join(folder, name);
      if (await isExecutable(candidate)) return candidate;
    }
  }
  return null;
}

/**
 * Test files start in parallel, so several may arrive here at once. `flock` lets one install; the
 * others wait, then find the program there. The kernel drops the lock when its holder dies.
 */
async function installWithApt(tool: Tool): Promise<void> {
  const { name, variable, executables } = tool;
  const command = aptCommand(tool);
  const lock = join(tmpdir(), "endsession-apt-install.lock");
  const script = [
    `command -v ${executables[0]} >/dev/null && exit 0`,
    `echo 'No ${name} on PATH: running "${command}", about a minute, once.' >&3`,
    `apt-get -q update && exec ${command} -q -o DPkg::Lock::Timeout=300`,
  ].join("\n");
  const { code, output } = await run("flock", [lock, "sh", "-c", script]);
  if (code !== 0) {
    throw new Error(
      `"${command}" failed with exit code ${String(code)}; run it by hand, or set ` +
        `${variable} to the path of a ${name}. It said:\n${output.slice(-2000)}`,
    );
  }
}

function run(command: string, args: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      // The fourth is our own stderr, for what a person waiting should see at once.
      stdio: ["ignore", "pipe", "pipe", 2],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    let output = "";
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    child.once("error", reject);
    child.once("close", (code) => {
      resolve({ code, output });
    });
  });
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function isDebianLike(): Promise<boolean> {
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  return /^ID(?:_LIKE)?=.*\b(?:debian|ubuntu)\b/mu.test(release);
}
