/** What every application of the adapter contract is: its routes, and what a test may change. */
import { createEndSession, type EndSession, type EndSessionOptions } from "endsession";
import { sqliteStore } from "endsession/sqlite";

/**
 * The routes that an application has beside those of endsession. Private ones stand behind
 * `protect`; every route answers JSON.
 *
 * - Every answer, those of endsession included, carries `Set-Cookie: seen=1`, set before the routes
 *   of endsession are asked.
 * - `GET /me`, private: `{user}`, with `Set-Cookie: own=1`.
 * - `POST /change`, private: reads a JSON body, answers `{received: <its member "text">.length}`.
 * - `GET /slow`, private: awaits `scene.slow()`, then answers as `/me`.
 * - `POST /slow/password`, private: awaits `scene.slow()`, then does as `/password`.
 * - `GET /fails` and `POST /fails`, private: throw an error of the application's own.
 * - `POST /sign-in`: reads `{user, remember}`, sets `own=1` (not when `early`), calls `signIn`, answers `{user}`.
 * - `GET /maybe`: calls `currentSession`, answers `{user}`, null for nobody.
 * - `POST /password`, private: calls `securityEvent` with `password_changed`, answers `{kept}`:
 *   whether the result has credentials.
 * - `POST /others`, private: calls `endOthers`, answers `{kept}`.
 * - `POST /prove`, private with `allowStale`: calls `reauthenticate` with `["pwd"]`, answers `{user}`.
 * - Everything else: 404.
 */
export interface Scene {
  /** The installation to mount. */
  readonly endsession: EndSession;
  /** What the slow routes await. */
  readonly slow: () => Promise<void>;
  /**
   * Where bodies are read: by a parser behind the routes of endsession, by one before them, or
   * before them by something that leaves nothing of them.
   */
  readonly bodies: "after" | "before" | "gone";
  /** Whether something sends the head of every answer before the routes are asked. */
  readonly early: boolean;
  /** Is told each error that reaches the application's own handling of errors. */
  readonly failed: (error: unknown) => void;
}

/** An application that listens on 127.0.0.1. */
export interface App {
  /** Such as `http://127.0.0.1:40123`. */
  readonly url: string;
  /** Closes every connection, and the server. */
  close(): Promise<void>;
}

/**
 * Starts an application of a scene. Where a framework builds its applications before they run, the
 * built one finds the scene on `globalThis`, where its `StartApp` has put it.
 */
export type StartApp = (scene: Scene) => Promise<App>;

/** A scene as its test sees it. */
export interface Stage extends Scene {
  readonly errors: readonly unknown[];
  /** What endsession has logged. */
  readonly logged: readonly string[];
  /** Resolves when so many slow handlers wait. */
  waiting(count: number): Promise<void>;
  /** Lets the slow handlers go on, now and in future. */
  release(): void;
  /** Whether the store answers. */
  store(answers: boolean): void;
  /** Moves the clock on, in milliseconds. */
  advance(milliseconds: number): void;
}

/** What may differ from scene to scene. */
export interface StageOptions extends Partial<Pick<Scene, "bodies" | "early">> {
  readonly settings?: Partial<EndSessionOptions>;
}

/** The password of every user; the name is the user's id. */
export const password = "right";

/** Sets a scene. */
export async function setStage(options: StageOptions = {}): Promise<Stage> {
  const whole = await sqliteStore(":memory:");
  let answers = true;
  const store = new Proxy(whole, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      const isAsked = name === "find" || name === "commit" || name === "query";
      return isAsked && !answers
        ? () => Promise.reject(new Error("disk I/O error"))
        : (value.bind(target) as unknown);
    },
  });
  let offset = 0;
  const [errors, logged] = [[] as unknown[], [] as string[]];
  const log = (_fields: object, message: string): void => void logged.push(message);
  const endsession = await createEndSession({
    store,
    clock: { now: () => Date.now() + offset, monotonic: () => performance.now() + offset },
    rateLimit: { limit: 1000 },
    verifyPassword: async ({ identifier, userId, password: given }) =>
      given === password ? { userId: userId ?? identifier ?? "" } : null,
    logger: { info: log, warn: log, error: log },
    ...options.settings,
  });
  const gate = openGate();
  return {
    endsession,
    slow: gate.pass,
    waiting: gate.waiting,
    release: gate.open,
    bodies: options.bodies ?? "after",
    early: options.early ?? false,
    errors,
    failed: (error) => void errors.push(error),
    logged,
    store: (now) => {
      answers = now;
    },
    advance: (milliseconds) => {
      offset += milliseconds;
    },
  };
}

interface Gate {
  readonly pass: () => Promise<void>;
  readonly waiting: (count: number) => Promise<void>;
  readonly open: () => void;
}

function openGate(): Gate {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let inside = 0;
  let watchers: readonly { count: number; resolve: () => void }[] = [];
  return {
    open,
    pass: () => {
      inside += 1;
      for (const { count, resolve } of watchers) if (inside >= count) resolve();
      return opened;
    },
    waiting: (count) =>
      new Promise((resolve) => {
        if (inside >= count) resolve();
        else watchers = [...watchers, { count, resolve }];
      }),
  };
}
