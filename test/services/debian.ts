/** Programs out of Debian packages, unpacked into the cache: nothing is installed. */
import { spawn } from "node:child_process";
import { access, readdir } from "node:fs/promises";
import { join } from "node:path";
import { isRoot } from "../support/tool.ts";
import { cacheFolder } from "./cache.ts";

/** An unpacked set of packages. */
export interface Unpacked {
  /** The folder that stands for `/`. */
  readonly root: string;
  /** What the dynamic linker needs to be told, as environment variables. */
  readonly env: Readonly<Record<string, string>>;
}

/** What else an unpacked set may say of itself. */
export interface UnpackOptions {
  /**
   * Which of the packages that these need, and that are not installed here, come along: an extended
   * regular expression on their names (default `^lib`, libraries alone).
   */
  readonly dependencies?: string;
}

/**
 * Downloads the packages and those others they need that are not installed here, as whichever
 * user we are. Package lists that are missing or too old are brought up to date once, by root only.
 * LLVM stays away, and with it PostgreSQL's compiler, which finds itself missing and is not used.
 *
 * Several processes may arrive here at once: `flock` lets one work, as apt does, too; the others
 * wait, then find its result.
 */
const script = `
set -eu
umask 022
target=$1 update=$2 dependencies=$3
shift 3
[ -d "$target" ] && exit 0
echo "Downloading $* for the tests, once." >&3
work=$(mktemp -d "$target.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/packages" "$work/root"
cd "$work/packages"
download() {
  simulation=$(apt-get -s -q install --no-install-recommends "$@") || return 1
  needed=$(echo "$simulation" | sed -n 's/^Inst \\([^ ]*\\) .*/\\1/p' | grep -v '^libllvm' || :)
  needed=$(echo "$needed" | grep -E "$dependencies" || :)
  apt-get -q download "$@" $needed
}
if ! download "$@"; then
  [ "$update" = yes ] || exit 1
  apt-get -q update
  download "$@" || exit 1
fi
for package in *.deb; do dpkg -x "$package" ../root; done
rm -f "$work"/root/usr/lib/postgresql/*/lib/llvmjit.so
chmod 755 "$work/root"
mv "$work/root" "$target"
`;

/**
 * Unpacks Debian packages into the cache, unless they are there.
 *
 * @param packages the packages, with the one that names the set first
 * @throws Error with what apt said
 */
export async function unpackDebian(
  packages: readonly [string, ...string[]],
  { dependencies = "^lib" }: UnpackOptions = {},
): Promise<Unpacked> {
  const cache = await cacheFolder();
  const root = join(cache, `debian-${packages[0]}-${process.arch}`);
  if (!(await exists(root))) {
    const update = isRoot() ? "yes" : "no";
    const command = ["sh", "-c", script, "sh", root, update, dependencies, ...packages];
    const { code, output } = await run("flock", [join(cache, "apt.lock"), ...command]);
    if (code !== 0) throw new Error(output.trim().slice(-2000));
  }
  const folders: string[] = [];
  for (const parent of [join(root, "usr/lib"), join(root, "lib")]) {
    const names = await readdir(parent).catch(() => []);
    folders.push(...names.filter((name) => name.includes("-linux-")).map((it) => join(parent, it)));
  }
  return { root, env: folders.length > 0 ? { LD_LIBRARY_PATH: folders.join(":") } : {} };
}

function run(command: string, args: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    // The fourth is our own stderr, for what a person waiting should see at once.
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe", 2] });
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

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
