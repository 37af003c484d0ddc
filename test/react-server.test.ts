/** endsession/react without a browser: on a server, and by its size. */
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import {
  Protected,
  SessionProvider,
  type SessionProviderProps,
  useSession,
} from "endsession/react";
import { build } from "esbuild";
import { createElement, type ReactElement, type ReactNode } from "react";
import { renderToString } from "react-dom/server";
import { describe, expect, test } from "vitest";
import * as components from "endsession/react";

type Client = SessionProviderProps["client"];

/** A double of the client that may be asked for nothing, as on a server. */
const untouched = new Proxy({} as Client, {
  get(_target, name) {
    throw new Error(`The server has used the client: ${String(name)}`);
  },
});

const session = {
  id: "session-1",
  userId: "user-42",
  device: "Firefox on Linux",
  createdAt: 0,
  lastSeenAt: 0,
  expiresAt: 1e15,
  place: null,
  current: true,
  reauthenticationRequired: false,
};

function render(children: ReactNode, initialState?: SessionProviderProps["initialState"]): string {
  return renderToString(
    createElement(SessionProvider, { client: untouched, initialState, children }),
  );
}

const secret: ReactElement = createElement(Protected, {
  fallback: "Nobody",
  children: createElement("p", { id: "secret" }, "A secret"),
});

describe("on a server", () => {
  test("nobody is signed in until it is said", () => {
    expect(render(secret)).toContain("Nobody");
    expect(render(secret)).not.toContain("secret");
    expect(render(secret, { status: "signed-out" })).not.toContain("secret");
  });

  test("a signed-in person gets the page at once", () => {
    expect(render(secret, { status: "signed-in", session })).toBe('<p id="secret">A secret</p>');
  });

  test("every component renders", () => {
    const { DeviceList, IdleWarning, LogoutButton, LogoutOptions } = components;
    const { LogoutWithConfirmation, SessionStatus } = components;
    const all = [DeviceList, IdleWarning, LogoutButton, LogoutOptions, LogoutWithConfirmation];
    const html = render(
      [...all, SessionStatus].map((component, key) => createElement(component, { key })),
      { status: "signed-in", session },
    );
    expect(html).toContain("Log out all devices");
    expect(html).not.toContain("undefined");
  });

  test("a hook without a provider says what is missing", () => {
    const Lost = (): ReactNode => useSession().status;
    expect(() => renderToString(createElement(Lost))).toThrow("There is no SessionProvider.");
  });
});

test("endsession/react is small, and brings no code but its own", async () => {
  const bundle = await build({
    stdin: {
      contents: 'export * from "endsession/react"',
      resolveDir: fileURLToPath(new URL(".", import.meta.url)),
    },
    bundle: true,
    minify: true,
    format: "esm",
    external: ["react", "react/jsx-runtime"],
    metafile: true,
    write: false,
  });
  expect(brotliCompressSync(bundle.outputFiles[0]?.contents ?? "").length).toBeLessThan(3200);
  const own = Object.keys(bundle.metafile.inputs).filter((path) => path !== "<stdin>");
  expect(
    own.filter((path) => !/packages\/endsession\/dist\/react(?:\/|\.js$)/u.test(path)),
  ).toEqual([]);
});
