/** The Python applications of `examples/python`, as a newcomer runs them, in both ways. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import type { ConfigInput } from "endsession-scan";
import { freePort } from "../services/port.ts";
import { findPython } from "../services/python.ts";
import { startProcess } from "../services/server-process.ts";
import { temporaryFolder } from "../services/temporary-folder.ts";
import { type Answer, Device } from "../support/client.ts";
import { serviceToken } from "../support/installation.ts";
import { startExample } from "../support/proxies.ts";
import { type Service, startService } from "../support/served.ts";

/** The folder of the examples. */
export const examples: string = fileURLToPath(new URL("../../examples/python/", import.meta.url));

/** Who checks requests: a proxy in front, or the application by the client. */
export type Way = "the client" | "nginx";

/** How one of the applications is run and used. */
export interface Recipe {
  readonly name: "Django" | "Flask" | "FastAPI";
  /** Python's arguments. */
  readonly run: (port: number) => readonly string[];
  readonly ready: RegExp;
  /** Python's arguments, and variables, of what comes before. */
  readonly prepare: readonly (readonly string[])[];
  /** The id of the user that signs in. */
  readonly userId: string;
  readonly signIn: (device: Device, password?: string) => Promise<Answer>;
  readonly changePassword: (device: Device, from: string, to: string) => Promise<Answer>;
  readonly logOut: (device: Device) => Promise<Answer>;
  /** What the scanner cannot find out, as there is no page to sign in or out on. */
  readonly scan?: Partial<ConfigInput>;
  /** Whether a bearer token alone is a session; Django's user hangs on its own cookie. */
  readonly takesTokens: boolean;
}

/** The first password of the user. */
export const password = "wonderland";

const ours = { "sec-fetch-site": "same-origin" };
/** Django compares its cookie with a header. */
const csrf = "c".repeat(64);
const withCsrf = (device: Device): Record<string, string> => {
  device.jar.set("csrftoken", csrf);
  return { ...ours, "x-csrftoken": csrf };
};

export const recipes: readonly Recipe[] = [
  {
    name: "Django",
    prepare: [
      ["django_project/manage.py", "migrate", "--verbosity", "0"],
      [
        "django_project/manage.py",
        "createsuperuser",
        "--noinput",
        "--username=alice",
        "--email=a@example.com",
      ],
    ],
    run: (port) => ["django_project/manage.py", "runserver", "--noreload", `127.0.0.1:${port}`],
    ready: /Quit the server/u,
    userId: "1",
    signIn: (device, given = password) =>
      device.post("/login", {
        form: { username: "alice", password: given },
        headers: withCsrf(device),
      }),
    changePassword: (device, from, to) =>
      device.post("/password", {
        form: { old_password: from, new_password1: to, new_password2: to },
        headers: withCsrf(device),
      }),
    logOut: (device) => device.post("/logout", { headers: withCsrf(device), form: {} }),
    takesTokens: false,
  },
  {
    name: "Flask",
    prepare: [],
    run: (port) => ["-m", "flask", "--app", "flask_app", "run", "--port", String(port)],
    ready: /Running on http/u,
    userId: "alice",
    signIn: (device, given = password) =>
      device.post("/login", { form: { user: "alice", password: given }, headers: ours }),
    changePassword: (device, _, to) =>
      device.post("/password", { form: { password: to }, headers: ours }),
    logOut: (device) => device.post("/logout", { headers: ours }),
    takesTokens: true,
  },
  {
    name: "FastAPI",
    prepare: [],
    run: (port) => ["-m", "uvicorn", "fastapi_app:app", "--port", String(port)],
    ready: /Uvicorn running/u,
    userId: "alice",
    signIn: (device, given = password) =>
      device.post("/login", { json: { user: "alice", password: given }, headers: ours }),
    changePassword: (device, _, to) =>
      device.post("/password", { json: { password: to }, headers: ours }),
    logOut: (device) => device.post("/logout", { headers: ours }),
    scan: {
      signIn: {
        kind: "api",
        url: "/login",
        headers: { "content-type": "application/json" },
        body: { user: "{{username}}", password: "{{password}}" },
      },
      logout: { kind: "api", method: "POST", url: "/logout" },
    },
    takesTokens: true,
  },
];

/** A running application with its service, and its proxy if there is one. */
export interface Application {
  readonly service: Service;
  /** Where browsers come to. */
  readonly url: string;
  device(): Device;
  stop(): Promise<void>;
}

/** Starts an application, with a database of its own. */
export async function startApplication(recipe: Recipe, way: Way): Promise<Application> {
  const { command, env } = await findPython();
  const ports = {
    proxy: await freePort(),
    application: await freePort(),
    endsession: await freePort(),
  };
  const url = `http://127.0.0.1:${way === "nginx" ? ports.proxy : ports.application}`;
  const service = await startService(ports.endsession, { origin: url });
  const folder = await temporaryFolder({});
  await chmod(folder, 0o700);
  const home = join(folder, "home");
  await mkdir(home);
  const environment = {
    ...env,
    PYTHONPATH: [examples, env["PYTHONPATH"]].filter(Boolean).join(":"),
    PYTHONDONTWRITEBYTECODE: "1",
    PYTHONUNBUFFERED: "1",
    HOME: home,
    SECRET_KEY: "a secret of the framework's own for the tests, of fifty characters or more",
    ENDSESSION_URL: service.url,
    ENDSESSION_SERVICE_TOKEN: serviceToken,
    DATABASE: join(folder, "app.sqlite3"),
    DJANGO_SUPERUSER_PASSWORD: password,
    ...(way === "nginx" ? { BEHIND_PROXY: "1" } : {}),
  };
  for (const args of recipe.prepare) {
    await promisify(execFile)(command, args, {
      cwd: examples,
      env: { PATH: process.env["PATH"] ?? "", ...environment },
    });
  }
  const server = await startProcess({
    program: command,
    args: recipe.run(ports.application),
    env: environment,
    identity: {},
    ready: recipe.ready,
    folder: examples,
    ownsFolder: false,
    stopSignal: "SIGINT",
  });
  await listening(ports.application);
  const proxy = way === "nginx" ? await startExample("nginx", ports) : null;
  return {
    service,
    url,
    device: () => new Device(() => url),
    stop: async () => {
      await proxy?.stop();
      await server.kill();
      await service.stop();
    },
  };
}

/** Django says that it is there a moment before it is. */
async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return;
    } catch {
      await wait(50);
    } finally {
      socket.destroy();
    }
  }
  throw new Error(`Nothing listens on port ${port}.`);
}
