/**
 * A real Chromium for the tests that need a browser.
 *
 * The back/forward cache stays on: whether a signed-out page comes back from it is one of the
 * things the tests ask, and Playwright switches that cache off unless told otherwise.
 */
import { spawn } from "node:child_process";
import { constants } from "node:fs";
import { access, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser, LaunchOptions } from "playwright-core";

/** Names under which distributions install Chromium or Chrome, in the order they are tried. */
const EXECUTABLE_NAMES = ["chromium", "chromium-browser", "google-chrome"] as const;

/** Keeps the browser from talking to its vendor, and from QUIC, which test servers do not speak. */
const FLAGS = [
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
] as const;

/** Playwright's own defaults that would make the browser unlike a user's. */
const UNWANTED_DEFAULTS = ["--disable-back-forward-cache"] as const;

const APT_COMMAND = "apt-get install -y --no-install-recommends chromium";

/**
 * Starts a headless Chromium, installing one first where {@link findChromium} may.
 *
 * @param options Playwright's launch options; `args` and a list in `ignoreDefaultArgs` are added
 *   to ours, everything else replaces ours.
 * @throws Error when no browser can be found or installed; its message names the command to run.
 */
export async function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  const { args = [], ignoreDefaultArgs = [], ...rest } = options;
  return chromium.launch({
    executablePath: rest.executablePath ?? (await findChromium()),
    // Chromium refuses to start its sandbox as root; for everybody else it stays on.
    chromiumSandbox: !isRoot(),
    ...rest,
    args: [...FLAGS, ...args],
    ignoreDefaultArgs: Array.isArray(ignoreDefaultArgs)
      ? [...UNWANTED_DEFAULTS, ...ignoreDefaultArgs]
      : ignoreDefaultArgs,
  });
}

/**
 * The path of a Chromium: `ENDSESSION_CHROMIUM`, else one on PATH, else (as root on Debian and its
 * relatives) one freshly installed by apt.
 *
 * @throws Error when there is none; its message names the command to run.
 */
export async function findChromium(): Promise<string> {
  const named = process.env["ENDSESSION_CHROMIUM"];
  if (named !== undefined && named !== "") {
    if (await isExecutable(named)) return named;
    throw new Error(`ENDSESSION_CHROMIUM is ${named}, which is not an executable file.`);
  }

  const found = await findOnPath();
  if (found !== null) return found;

  if (isRoot() && (await isDebianLike())) {
    await installWithApt();
    const installed = await findOnPath();
    if (installed !== null) return installed;
  }
  throw new Error(
    `No Chromium was found on PATH. Run "sudo ${APT_COMMAND}" on Debian or Ubuntu, or set ` +
      "ENDSESSION_CHROMIUM to the path of a Chromium or Chrome.",
  );
}

async function findOnPath(): Promise<string | null> {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const name of EXECUTABLE_NAMES) {
    for (const folder of folders) {
      const candidate = join(folder, name);
      if (await isExecutable(candidate)) return candidate;
    }
  }
  return null;
}

/**
 * Test files start in parallel, so several may arrive here at once. `flock` lets one install; the
 * others wait, then find the browser there. The kernel drops the lock when its holder dies.
 */
async function installWithApt(): Promise<void> {
  const lock = join(tmpdir(), "endsession-chromium-install.lock");
  const script = [
    "command -v chromium >/dev/null && exit 0",
    `echo 'No Chromium on PATH: running "${APT_COMMAND}", about a minute, once.' >&3`,
    `apt-get -q update && exec ${APT_COMMAND} -q -o DPkg::Lock::Timeout=300`,
  ].join("\n");
  const { code, output } = await run("flock", [lock, "sh", "-c", script]);
  if (code !== 0) {
    throw new Error(
      `"${APT_COMMAND}" failed with exit code ${String(code)}; run it by hand, or set ` +
        `ENDSESSION_CHROMIUM to the path of a Chromium or Chrome. It said:\n${output.slice(-2000)}`,
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

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
