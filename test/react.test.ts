/**
 * The components of endsession/react in a real browser, each in strict mode, over a double of the
 * client that answers when it is told to.
 */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchChromium } from "./support/chromium.ts";

let browser: Browser;
let script: string;
let page: Page;
/** What the page complained of: React's warnings, and errors that nobody caught. */
let complaints: string[];

beforeAll(async () => {
  const entry = fileURLToPath(new URL("browser/react-page.tsx", import.meta.url));
  const bundle = await build({ entryPoints: [entry], bundle: true, write: false, format: "iife" });
  script = bundle.outputFiles[0]?.text ?? "";
  browser = await launchChromium();
});
afterAll(() => browser.close());

beforeEach(async () => {
  page = await browser.newPage();
  complaints = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
});
afterEach(async () => {
  expect(complaints).toEqual([]);
  await page.close();
});

/** Opens the page and shows a scene. */
async function show(scene: string, state = "signedIn"): Promise<void> {
  await open();
  await page.evaluate(`show(${JSON.stringify(scene)}, ${state})`);
}

async function open(html = ""): Promise<void> {
  await page.setContent(`<!doctype html><html lang="en"><div id="root">${html}</div></html>`);
  await page.addScriptTag({ content: script });
}

/** What was called on the client, without its starts. */
async function calls(): Promise<string[]> {
  const all = await page.evaluate<string[]>("double.calls");
  return all.filter((name) => name !== "start");
}

const button = (name: string): Locator => page.getByRole("button", { name, exact: true });
const status = (): Locator => page.getByRole("status");
const attribute = (of: Locator, name: string): Promise<string | null> => of.getAttribute(name);
const isFocused = async (of: Locator): Promise<boolean> =>
  (await of.and(page.locator(":focus")).count()) === 1;
const isModal = async (of: Locator): Promise<boolean> =>
  (await of.and(page.locator(":modal")).count()) === 1;

/** Until a dialog is closed and has been told so, which a browser does a little later. */
const closed = (): Promise<void> => expect.poll(() => page.locator("dialog > *").count()).toBe(0);

describe("LogoutButton", () => {
  test("is busy while it logs out, keeps the focus, and can be used again", async () => {
    await show("button");
    expect(await attribute(button("Log out"), "aria-busy")).toBe("false");
    expect(await attribute(button("Log out"), "data-status")).toBe("signed-in");
    await button("Log out").focus();
    await page.keyboard.press("Enter");

    const busy = button("Logging out…");
    expect(await attribute(busy, "aria-busy")).toBe("true");
    expect(await attribute(busy, "aria-disabled")).toBe("true");
    expect(await attribute(busy, "data-status")).toBe("signing-out");
    expect(await isFocused(busy)).toBe(true);
    await page.evaluate("double.confirm(true)");
    expect(await attribute(button("Log out"), "aria-disabled")).toBe("false");
    expect(await attribute(button("Log out"), "data-status")).toBe("signed-out");
    expect(await calls()).toEqual(["logout current"]);
  });

  test("sends one logout for a double click, and none while it is busy", async () => {
    await show("button");
    await button("Log out").dblclick();
    await button("Logging out…").press("Enter");
    expect(await calls()).toEqual(["logout current"]);
  });

  test("sends one logout for clicks that come before the next rendering", async () => {
    await show("button");
    await page.evaluate(
      "const it = document.querySelector('.es-logout'); it.click(); it.click(); it.click()",
    );
    expect(await calls()).toEqual(["logout current"]);
  });

  test("says what was not confirmed until it is", async () => {
    await show("button");
    await button("Log out").click();
    await page.evaluate("double.confirm(false)");
    const sentence = await page.evaluate<string>("unconfirmed");
    await page.getByText(sentence).waitFor();
    expect(await status().textContent()).toBe(sentence);
    await page.evaluate("double.set({ status: 'signed-out', message: null })");
    await page.getByText(sentence).waitFor({ state: "detached" });
    expect(await status().textContent()).toBe("");
  });

  test("says that the others are logged out, which nothing else shows", async () => {
    await show("button of the others");
    await button("Log out other devices").click();
    expect(await status().textContent()).toBe("");
    await page.evaluate("double.confirm(true)");
    await page.getByText("Your other devices are logged out.").waitFor();
    expect(await calls()).toEqual(["logout others"]);
  });

  test("takes words of its own", async () => {
    await show("button with words");
    await button("Abmelden").click();
    await button("Einen Moment…").waitFor();
  });

  test("may disappear while a logout is under way", async () => {
    await show("button");
    await button("Log out").click();
    await page.evaluate("unmount()");
    await page.evaluate("double.confirm(true)");
    expect(await page.evaluate("double.listeners()")).toBe(0);
    expect(await page.evaluate("double.client.getState().status")).toBe("signed-out");
  });
});

describe("LogoutWithConfirmation", () => {
  const dialog = (): Locator => page.getByRole("dialog", { name: "Log out?" });

  test("asks in a modal dialog that takes the focus and keeps it", async () => {
    await show("confirmation");
    expect(await attribute(button("Log out"), "aria-haspopup")).toBe("dialog");
    await button("Log out").press("Enter");
    await dialog().waitFor();
    expect(await isModal(dialog())).toBe(true);
    const description = (await attribute(dialog(), "aria-describedby")) ?? "";
    expect(await page.locator(`[id="${description}"]`).textContent()).toMatch(/sign in again/u);
    expect(await isFocused(button("Cancel"))).toBe(true);
    await page.keyboard.press("Tab");
    expect(await isFocused(dialog().getByRole("button", { name: "Log out" }))).toBe(true);
    expect(await calls()).toEqual([]);
  });

  test.each(["Escape", "Enter"])(
    "%s at first leaves all as it was, focus included",
    async (key) => {
      await show("confirmation");
      for (const _time of ["once", "twice"]) {
        await button("Log out").press("Enter");
        await dialog().waitFor();
        await page.keyboard.press(key);
        await closed();
        expect(await isFocused(button("Log out"))).toBe(true);
      }
      expect(await calls()).toEqual([]);
    },
  );

  test("logs out once when it is confirmed", async () => {
    await show("confirmation");
    await button("Log out").click();
    await dialog().getByRole("button", { name: "Log out" }).dblclick();
    await closed();
    await button("Logging out…").press("Enter");
    expect(await page.locator("dialog > *").count()).toBe(0);
    expect(await calls()).toEqual(["logout current"]);
  });
});

describe("LogoutOptions", () => {
  test("unfolds the three scopes with the keyboard", async () => {
    await show("options");
    await page.getByText("Logout options").focus();
    await page.keyboard.press("Enter");
    for (const name of ["Log out this device", "Log out other devices", "Log out all devices"]) {
      await page.keyboard.press("Tab");
      expect(await isFocused(button(name))).toBe(true);
    }
    await button("Log out other devices").press("Enter");
    await page.evaluate("double.confirm(true)");
    await button("Log out all devices").press("Enter");
    expect(await calls()).toEqual(["logout others", "logout all"]);
  });

  test("lets somebody leave while the others are being logged out", async () => {
    await show("options");
    await page.getByText("Logout options").click();
    await button("Log out other devices").click();
    await button("Log out this device").click();
    expect(await calls()).toEqual(["logout others", "logout current"]);
  });
});

describe("useLogout", () => {
  test("takes a logout of this device while the others are under way, each once", async () => {
    await show("logout");
    for (const scope of ["others", "others", "current", "current"]) await button(scope).click();
    expect(await page.locator("output").textContent()).toBe("loading");
    await page.evaluate("double.confirm(true)");
    await page.getByText("ready").waitFor();
    expect(await calls()).toEqual(["logout others", "logout current"]);
  });
});

describe("Protected", () => {
  const secret = (): Locator => page.locator("#secret");
  const left = "document.querySelectorAll('#secret').length";
  /** What is left of the children when the click has been dealt with, in the same task. */
  const afterClick = `(async () => {
    document.querySelector('.es-logout').click();
    await Promise.resolve();
    return ${left};
  })()`;

  test.each(["protected", "protected with a fallback that waits"])(
    "%s: nothing of the children is left after the click",
    async (scene) => {
      await show(scene);
      await secret().waitFor();
      expect(await page.evaluate(afterClick)).toBe(0);
      await page.evaluate("double.confirm(true)");
      expect(await page.evaluate(left)).toBe(0);
    },
  );

  test("nothing is left of children either that were waiting for data", async () => {
    await show("protected inside of what waits");
    await button("Wait").click();
    await page.getByText("Waiting").waitFor();
    expect(await page.evaluate(left)).toBe(1);
    expect(await page.evaluate(afterClick)).toBe(0);
    await page.getByText("Nobody").waitFor();
  });

  test("says what has become of the session, where it stays", async () => {
    await show("protected");
    await button("Log out").click();
    const message = page.locator(".es-status");
    expect(await message.textContent()).toBe("Logging out…");
    await page.evaluate("double.confirm(false)");
    expect(await message.textContent()).toBe(await page.evaluate("unconfirmed"));
    expect(await attribute(message, "data-status")).toBe("signed-out-locally");
    await page.evaluate("double.set({ status: 'signed-out', message: null })");
    await page.getByText("You are logged out.").waitFor();
    await page.getByText("Nobody").waitFor();
  });

  test("shows neither children nor fallback before anything is known", async () => {
    await show("protected", "{}");
    await page.getByText("Loading").waitFor();
    expect(await page.getByText("Nobody").count()).toBe(0);
    expect(await page.evaluate(left)).toBe(0);
  });

  test("another user finds nothing that the one before has typed", async () => {
    await show("protected");
    await page.getByLabel("Note").fill("mine");
    await page.evaluate("double.set({ session: device('renewed', 'Firefox') })");
    expect(await page.getByLabel("Note").inputValue()).toBe("mine");
    await page.evaluate("double.set({ session: device('x', 'Firefox', { userId: 'user-7' }) })");
    expect(await page.getByLabel("Note").inputValue()).toBe("");
  });
});

describe("DeviceList", () => {
  const rows = (): Locator => page.getByRole("listitem");
  const dialog = (): Locator => page.getByRole("dialog", { name: "Log out Safari on iPhone?" });
  const endPhone = async (): Promise<void> => {
    await rows().filter({ hasText: "iPhone" }).getByRole("button").press("Enter");
    await dialog().getByRole("button", { name: "Log out" }).press("Enter");
  };

  test("marks this device, and offers to end each other one", async () => {
    await show("devices");
    await rows().first().waitFor();
    expect(await attribute(rows().first(), "data-current")).toBe("true");
    expect(await rows().first().getByRole("button").count()).toBe(0);
    expect(await rows().first().textContent()).toContain("This device");
    expect(await rows().last().textContent()).toMatch(/Last used Jan 1, 1970, .* · Lisbon/u);
    const act = rows().last().getByRole("button", { name: "Log out" });
    const described = (await attribute(act, "aria-describedby")) ?? "";
    expect(await page.locator(`[id="${described}"]`).textContent()).toMatch(/^Safari on iPhone/u);
  });

  test("asks, ends one, says so, and keeps the focus in the list", async () => {
    await show("devices");
    await endPhone();
    await page.getByText("Safari on iPhone is logged out.").waitFor();
    expect(await rows().count()).toBe(1);
    expect((await calls()).filter((name) => name !== "devices")).toEqual(["endDevice phone"]);
    expect(await isFocused(page.getByRole("list"))).toBe(true);
  });

  test("Escape ends nothing and gives the focus back", async () => {
    await show("devices");
    const act = rows().last().getByRole("button");
    await act.press("Enter");
    await dialog().waitFor();
    await page.keyboard.press("Escape");
    await closed();
    expect(await isFocused(act)).toBe(true);
    expect(await calls()).not.toContain("endDevice phone");
  });

  test("says why a device could not be ended, and keeps it", async () => {
    await show("devices");
    await page.evaluate("double.refusal = 'Enter your password first.'");
    await endPhone();
    await page.getByText("Enter your password first.").waitFor();
    expect(await rows().count()).toBe(2);
    expect(await isFocused(rows().last().getByRole("button"))).toBe(true);
  });

  test("reads anew when the window is focused; a failure keeps what is known", async () => {
    await show("devices");
    await rows().last().waitFor();
    await page.evaluate("double.devices = 'There is no connection.'");
    await page.evaluate("dispatchEvent(new Event('focus'))");
    await page.getByText("There is no connection.").waitFor();
    expect(await rows().count()).toBe(2);
    await page.evaluate("double.devices = [device('laptop', 'Firefox', { current: true })]");
    await page.evaluate("dispatchEvent(new Event('focus'))");
    await expect.poll(() => rows().count()).toBe(1);
    expect(await status().textContent()).toBe("");
  });

  test("is gone with the session", async () => {
    await show("devices");
    await endPhone();
    await page.getByText("Safari on iPhone is logged out.").waitFor();
    await page.evaluate("double.set({ ...signedOut, status: 'signed-out' })");
    expect(await page.locator("#root").innerHTML()).toBe("");
  });
});

describe("useDevices", () => {
  const names = (): Promise<string> => page.locator("output").innerText();

  test("a late answer fills nothing, and nothing is kept for the next user", async () => {
    await show("device names");
    await expect.poll(names).toContain("iPhone");
    await page.evaluate("double.devices = null; dispatchEvent(new Event('focus'))");
    await page.evaluate("double.set({ ...signedOut, status: 'signed-out' })");
    expect(await names()).toBe('{"devices":[],"loading":false,"error":null}');
    await page.evaluate("double.answerDevices([device('phone', 'Safari on iPhone')])");
    await page.evaluate(
      "double.set({ status: 'signed-in', session: device('x', 'Firefox', { userId: 'user-7' }) })",
    );
    expect(await names()).toBe('{"devices":[],"loading":true,"error":null}');
    await page.evaluate("double.answerDevices([device('x', 'Firefox', { userId: 'user-7' })])");
    await expect.poll(names).toContain("user-7");
  });

  test("are read anew when the client has heard of an end", async () => {
    await show("device names");
    await expect.poll(names).toContain("iPhone");
    await page.evaluate("double.devices = []; double.set({ devicesChanged: 1 })");
    await expect.poll(names).toBe('{"devices":[],"loading":false,"error":null}');
  });

  test("an answer that was overtaken is dropped", async () => {
    await show("device names");
    await expect.poll(names).toContain("iPhone");
    await page.evaluate("double.devices = null; dispatchEvent(new Event('focus'))");
    await page.evaluate("double.devices = []; dispatchEvent(new Event('focus'))");
    await expect.poll(names).toBe('{"devices":[],"loading":false,"error":null}');
    await page.evaluate("double.answerDevices([device('phone', 'Safari on iPhone')])");
    expect(await names()).toBe('{"devices":[],"loading":false,"error":null}');
  });
});

describe("IdleWarning", () => {
  const dialog = (): Locator => page.getByRole("dialog", { name: "Are you still there?" });
  const warn = (seconds: number): Promise<unknown> =>
    page.evaluate(`double.set({ idleWarning: { endsAt: Date.now() + ${seconds * 1000} } })`);
  const left = (): Promise<string | null> => page.getByRole("timer").textContent();

  async function showStill(): Promise<void> {
    await page.clock.install({ time: 0 });
    await show("idle");
    await button("Work").focus();
    await page.clock.pauseAt(10_000);
  }

  test("counts down, and announces only some of it", async () => {
    await showStill();
    await warn(90);
    await dialog().waitFor();
    expect(await isModal(dialog())).toBe(true);
    expect(await isFocused(button("Stay signed in"))).toBe(true);
    const heard: (string | null)[] = [];
    const seen: (string | null)[] = [];
    for (let second = 90; second >= 0; second -= 1) {
      const said = await status().textContent();
      if (said !== heard.at(-1)) heard.push(said);
      seen.push(await left());
      await page.clock.runFor(1000);
    }
    expect(seen.slice(0, 3)).toEqual(["01:30", "01:29", "01:28"]);
    expect(new Set(seen).size).toBe(91);
    expect(seen.at(-1)).toBe("00:00");
    expect(heard).toEqual(
      ["2 minutes", "60 seconds", "30 seconds", "10 seconds"].map(
        (time) => `You will be logged out in less than ${time}.`,
      ),
    );
  });

  test.each(["Escape", "Enter"])("%s stays signed in and gives the focus back", async (key) => {
    await showStill();
    for (const time of [1, 2]) {
      await warn(60);
      await dialog().waitFor();
      await page.keyboard.press(key);
      await closed();
      expect(await isFocused(button("Work"))).toBe(true);
      expect(await calls()).toHaveLength(time);
    }
    expect(await calls()).toEqual(["stayActive", "stayActive"]);
  });

  test("a warning that follows another at once is not dismissed by the end of the first", async () => {
    await showStill();
    await warn(60);
    await page.evaluate(`(async () => {
      const told = new Promise((done) => (document.querySelector("dialog").onclose = done));
      double.set({ idleWarning: null });
      for (let turn = 0; turn < 20; turn += 1) await null;
      double.set({ idleWarning: { endsAt: Date.now() + 60000 } });
      await told;
    })()`);
    expect([await isModal(dialog()), await calls()]).toEqual([true, []]);
  });

  test("says when staying failed, and stays in sight", async () => {
    await showStill();
    await page.evaluate("double.refusal = 'There is no connection.'");
    await warn(60);
    for (const time of [1, 2, 3]) {
      await page.keyboard.press("Escape");
      await expect.poll(calls).toHaveLength(time);
      await page.getByText("There is no connection.").waitFor();
      await page.clock.runFor(1000);
      expect(await isModal(dialog())).toBe(true);
    }
    expect(await left()).toBe("00:57");
  });

  test("logs out, and disappears with the session", async () => {
    await showStill();
    await warn(60);
    await button("Log out").click();
    await closed();
    expect(await calls()).toEqual(["logout current"]);
  });
});

describe("useAuth", () => {
  test("gives what it gave in the endpoint reference, and ends the session", async () => {
    await show("auth");
    const given = async (): Promise<unknown> =>
      JSON.parse((await page.locator("output").textContent()) ?? "");
    const tokens = { accessToken: null, refreshToken: null };
    const user = { id: "user-42" };
    expect(await given()).toEqual({ user, ...tokens, loading: false, isAuthenticated: true });
    await button("logout").click();
    expect(await given()).toEqual({
      user: null,
      ...tokens,
      loading: false,
      isAuthenticated: false,
    });
    await button("clearTokens").click();
    expect(await calls()).toEqual(["logout current", "logout current"]);
  });
});

describe("what the server has rendered", () => {
  test("is taken over, holds while the client loads, and never again after that", async () => {
    await open('<p id="secret">A secret</p>');
    await page.evaluate("hydrate()");
    await expect.poll(() => page.evaluate("double.listeners()")).toBe(1);
    expect(await page.locator("#secret").count()).toBe(1);
    await page.evaluate("double.set(signedIn)");
    expect(await page.locator("#secret").count()).toBe(1);
    // As for a page that came back from the back/forward cache.
    await page.evaluate("double.set({ status: 'loading', session: null })");
    expect(await page.locator("#secret").count()).toBe(0);
  });
});
