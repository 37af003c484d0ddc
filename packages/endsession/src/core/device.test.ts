import { describe, expect, it } from "vitest";
import { describeDevice, deviceChanged } from "./device.ts";

const agents: readonly [name: string, userAgent: string][] = [
  [
    "Firefox on Windows",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
  ],
  [
    "Chrome on macOS",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
  ],
  [
    "Safari on iOS",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
  ],
  [
    "Microsoft Edge on Windows",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0",
  ],
  [
    "Chrome on Android",
    "Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36",
  ],
  ["curl", "curl/8.14.1"],
  ["Python Requests", "python-requests/2.32.0"],
  ["Node.js", "node"],
  ["OkHttp", "okhttp/5.1.0"],
  ["Unknown device", ""],
  ["Unknown device", "\u0000\r\n"],
];

describe("LA-03: a device's name", () => {
  it.each(agents)("is %s", (name, userAgent) => {
    expect(describeDevice({ userAgent }).name).toBe(name);
  });

  it("is better told by client hints: Brave and Windows 11 hide behind the user agent", () => {
    const userAgent = agents[3]?.[1] ?? "";
    const device = describeDevice({
      userAgent,
      brands: '"Brave";v="156", "Chromium";v="156"',
      platform: '"Windows"',
      platformVersion: '"15.0.0"',
    });
    expect(device).toEqual({ name: "Brave on Windows 11", browser: "Brave", platform: "Windows" });
  });

  it("AU-04: carries no control characters and no endless text into lists and logs", () => {
    const device = describeDevice({ userAgent: `Evil\r\nX-Admin: 1 ${"a".repeat(60_000)}` });
    expect(JSON.stringify(device)).not.toMatch(/\\[rn]/);
    expect(device.name.length).toBeLessThan(200);
  });
});

describe("a change of device", () => {
  const [windows, mac] = agents.map(([, userAgent]) => describeDevice({ userAgent }));
  const unknown = describeDevice({ userAgent: null });

  it("is seen between families and platforms, and not between versions", () => {
    const newer = describeDevice({ userAgent: agents[0]?.[1].replaceAll("140", "141") ?? "" });
    if (!windows || !mac) throw new Error("no devices");
    expect(deviceChanged(windows, mac)).toBe(true);
    expect(deviceChanged(windows, newer)).toBe(false);
    expect(deviceChanged(windows, unknown)).toBe(false);
  });
});
