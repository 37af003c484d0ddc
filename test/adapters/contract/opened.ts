/** An application under test, and the devices of those who use it. */
import { onTestFinished } from "vitest";
import { type Answer, Device, parseSetCookie } from "../../support/client.ts";
import type { Whole } from "../../support/sessions.ts";
import { setStage, type Stage, type StageOptions, type StartApp } from "../scene.ts";

/** A running application. */
export interface Opened {
  readonly url: string;
  readonly stage: Stage;
  /** A browser without cookies; `headers` go with each of its requests. */
  browser(headers?: Readonly<Record<string, string>>): Device;
  /** A browser that has signed in by `POST /sign-in`. */
  signIn(user?: string, remember?: boolean): Promise<Device>;
  /** A session with every kind of credential. */
  whole(user?: string): Promise<Whole>;
}

/** Opens an application, and closes it after the test. */
export type Open = (options?: StageOptions) => Promise<Opened>;

/** What opens the applications of a framework. */
export function opener(start: StartApp): Open {
  return async (options = {}) => {
    const stage = await setStage(options);
    onTestFinished(() => stage.endsession.close());
    const app = await start(stage);
    const { url } = app;
    onTestFinished(() => app.close());
    const browser = (headers: Readonly<Record<string, string>> = {}): Device =>
      new Device(() => url, headers);
    return {
      url,
      stage,
      browser,
      signIn: async (user = "ada", remember = false) => {
        const device = browser();
        const answer = await device.post("/sign-in", { json: { user, remember } });
        if (answer.status !== 200) throw new Error(`POST /sign-in: ${answer.status}`);
        return device;
      },
      whole: (user = "ada") => wholeOf(stage, user),
    };
  };
}

async function wholeOf({ endsession }: Stage, userId: string): Promise<Whole> {
  const started = await endsession.sessions.start({
    userId,
    tokens: { clientId: null },
    rememberMe: true,
  });
  return {
    id: started.session.id,
    cookie: started.sessionToken ?? "",
    rememberMe: started.rememberMeToken ?? "",
    accessToken: started.accessToken ?? "",
    refreshToken: started.refreshToken ?? "",
  };
}

/** The names of an answer's cookies, one for each Set-Cookie line, sorted; `seen` left out. */
export function cookiesSet(answer: Answer): string[] {
  return answer.setCookies
    .map((line) => parseSetCookie(line).name)
    .filter((name) => name !== "seen")
    .toSorted();
}

/** The Cookie header of a session's cookie and whatever else. */
export function cookieHeader(whole: Partial<Whole>, prefix = ""): string {
  const cookies = [
    whole.cookie === undefined ? [] : [`${prefix}es_session=${whole.cookie}`],
    whole.rememberMe === undefined ? [] : [`${prefix}es_remember=${whole.rememberMe}`],
  ];
  return cookies.flat().join("; ");
}
