/** A server as a child process, which never outlives us. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Socket } from "node:net";
import type { Identity } from "./identity.ts";
import { childrenOf } from "./process-tree.ts";

/** What to run. */
export interface ServerCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** All of its environment but PATH and the locale, which are set. */
  readonly env: Readonly<Record<string, string>>;
  readonly identity: Identity;
  /** The line with which it says that it is ready. */
  readonly ready: RegExp;
  /** Its working folder. */
  readonly folder: string;
  /** Whether to remove that folder should we die before the server. */
  readonly ownsFolder: boolean;
  /** The signal that stops it soon, and with it all of its children. */
  readonly stopSignal: NodeJS.Signals;
}

/** A server that has said that it is ready. */
export interface ServerProcess {
  /** Asks it to stop, and waits until it has. */
  stop(): Promise<void>;
  /** Kills it and its children, by their ids, and waits until the last has gone. */
  kill(): Promise<void>;
}

/** Starts a server and waits until it says that it is ready. */
export async function startProcess(command: ServerCommand): Promise<ServerProcess> {
  const { program, args, env, identity, folder, stopSignal } = command;
  const child = spawn(program, args, {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    // Away from the terminal: its Ctrl-C ends the tests first, which then end their servers.
    detached: true,
    ...identity,
  });
  await becomeReady(child, command);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} has no process id.`);
  const end = async (send: () => void): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    // Its children hold its stdout and stderr, which close with the last of them.
    const closed = once(child, "close");
    send();
    await closed;
  };
  return {
    stop: () => end(() => child.kill(stopSignal)),
    kill: () =>
      end(() => {
        // Stopped, it can neither start another child nor see one die.
        child.kill("SIGSTOP");
        for (const one of [...childrenOf(pid), pid]) process.kill(one, "SIGKILL");
      }),
  };
}

function becomeReady(child: ChildProcess, command: ServerCommand): Promise<void> {
  const { program, ready } = command;
  return new Promise((resolve, reject) => {
    let output = "";
    let isReady = false;
    const collect = (chunk: Buffer): void => {
      // Once ready, it is read on for the pipe's sake: a server blocks on one that is full.
      if (isReady) return;
      output += chunk.toString();
      if (!ready.test(output)) return;
      isReady = true;
      resolve();
    };
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    child.once("error", reject);
    child.once("spawn", () => {
      leash(child, command);
    });
    child.once("close", (code) => {
      reject(
        new Error(`${program} ended with code ${String(code)} before it was ready:\n${output}`),
      );
    });
  });
}

/** Waits for the end of its stdin, which is ours, then ends the server and removes its folder. */
const leashScript = `
pid=$1 signal=$2 folder=$3
read -r _
kill -s "$signal" "$pid" || exit 0
tries=0
while kill -0 "$pid" && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
kill -9 "$pid"
if [ -n "$folder" ]; then rm -rf "$folder"; fi
`;

/** Sees to it that the server ends with us, however we end: by a signal, too, that none can catch. */
function leash(server: ChildProcess, { stopSignal, folder, ownsFolder }: ServerCommand): void {
  const args = [String(server.pid), stopSignal.slice("SIG".length), ownsFolder ? folder : ""];
  const holder = spawn("sh", ["-c", leashScript, "sh", ...args], {
    cwd: "/",
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  holder.unref();
  const { stdin } = holder;
  // Without this, our own exit would wait for it.
  if (stdin instanceof Socket) stdin.unref();
  // A worker of Vitest can outlive the run that it belongs to.
  let hasLetGo = false;
  const letGo = (): void => {
    hasLetGo = true;
    stdin.end();
  };
  process.once("disconnect", letGo);
  server.once("exit", () => {
    process.off("disconnect", letGo);
    if (!hasLetGo) holder.kill("SIGKILL");
  });
}
