/** T1, small: each way to end a session x each of its credentials. */
import { describe, expect, it } from "vitest";
import type { Answer } from "../../support/client.ts";
import type { Whole } from "../../support/sessions.ts";
import { cookieHeader, type Open, type Opened } from "./opened.ts";

/** Whether each credential is accepted by the application, the spending ones last. */
const uses: Readonly<
  Record<keyof Omit<Whole, "id">, (of: Opened, whole: Whole) => Promise<Answer>>
> = {
  cookie: (of, { cookie }) => of.browser().get("/me", { cookie: cookieHeader({ cookie }) }),
  accessToken: (of, { accessToken }) => of.browser().get("/me", { bearer: accessToken }),
  refreshToken: (of, { refreshToken }) =>
    of.browser().post("/token", {
      json: { grant_type: "refresh_token", refresh_token: refreshToken },
    }),
  rememberMe: (of, { rememberMe }) =>
    of.browser().get("/me", { cookie: cookieHeader({ rememberMe }) }),
};

interface Scene {
  readonly of: Opened;
  readonly device: Whole;
  readonly other: Whole;
}

interface End {
  readonly title: string;
  /** Whether the other device's session ends as well. */
  readonly ofAll?: boolean;
  readonly act: (scene: Scene) => Promise<unknown>;
}

const ok = async (answer: Promise<Answer>): Promise<void> => {
  expect(await answer).toMatchObject({ status: 200 });
};

const ends: readonly End[] = [
  {
    title: "POST /logout by cookie",
    act: ({ of, device }) => ok(of.browser().post("/logout", { cookie: cookieHeader(device) })),
  },
  {
    title: "POST /logout by access token",
    act: ({ of, device }) => ok(of.browser().post("/logout", { bearer: device.accessToken })),
  },
  {
    title: "POST /logout by the remember-me cookie alone",
    act: ({ of, device: { rememberMe } }) =>
      ok(of.browser().post("/logout", { cookie: cookieHeader({ rememberMe }) })),
  },
  {
    title: "POST /logout/all",
    ofAll: true,
    act: ({ of, device: { cookie } }) =>
      ok(of.browser().post("/logout/all", { cookie: cookieHeader({ cookie }), json: {} })),
  },
  {
    title: "DELETE /sessions/{id} by another device",
    act: ({ of, device, other: { cookie } }) => {
      const init = { cookie: cookieHeader({ cookie }) };
      return ok(of.browser().send("DELETE", `/sessions/${device.id}`, init));
    },
  },
  {
    title: "POST /revoke of the refresh token",
    act: ({ of, device }) =>
      ok(of.browser().post("/revoke", { form: { token: device.refreshToken } })),
  },
  {
    title: "the application's POST /password by another device",
    act: ({ of, other: { cookie } }) =>
      ok(of.browser().post("/password", { cookie: cookieHeader({ cookie }) })),
    ofAll: true,
  },
  {
    title: "the application's POST /others by another device",
    act: ({ of, other: { cookie } }) =>
      ok(of.browser().post("/others", { cookie: cookieHeader({ cookie }) })),
    ofAll: true,
  },
  {
    title: "the application's POST /prove (the old credentials)",
    act: ({ of, device: { cookie } }) =>
      ok(of.browser().post("/prove", { cookie: cookieHeader({ cookie }) })),
  },
  {
    title: "the application's POST /sign-in over it",
    act: ({ of, device }) =>
      ok(of.browser().post("/sign-in", { cookie: cookieHeader(device), json: { user: "eve" } })),
  },
  {
    title: "sessions.endAll on the server",
    ofAll: true,
    act: ({ of }) => of.stage.endsession.sessions.endAll({ userId: "ada" }),
  },
];

/** Defines the tests. */
export function matrix(open: Open): void {
  describe("T1 LO-01: the matrix of {end} x {credential}", () => {
    it.each(Object.entries(uses))("while the session lives, its %s is accepted", async (_, use) => {
      const of = await open();
      expect(await use(of, await of.whole())).toMatchObject({ status: 200 });
    });

    it.each(ends)("after $title every credential is refused", async ({ ofAll = false, act }) => {
      const of = await open();
      const [device, other, bystander] = [
        await of.whole(),
        await of.whole(),
        await of.whole("grace"),
      ] as const;
      // Seen before, so that memory could tell.
      for (const one of [device, other]) await uses.cookie(of, one);
      await act({ of, device, other });
      for (const [kind, use] of Object.entries(uses)) {
        const { status } = await use(of, device);
        expect({ kind, status }).toEqual({ kind, status: kind === "refreshToken" ? 400 : 401 });
        expect(await use(of, bystander), `${kind} of another user`).toMatchObject({ status: 200 });
      }
      expect(await uses.cookie(of, other)).toMatchObject({ status: ofAll ? 401 : 200 });
    });
  });
}
