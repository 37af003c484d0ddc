import { describe, expect, test } from "vitest";
import { Hosts, isLocal } from "./hosts.ts";

describe("isLocal", () => {
  test.each([
    "localhost",
    "app.localhost",
    "intranet",
    "printer.local",
    "db.internal",
    "shop.test",
    "nas.home.arpa",
    "127.0.0.1",
    "127.255.3.4",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.1.1",
    "::1",
    "[::1]",
    "fd12:3456::1",
    "fe80::1",
  ])("%s is", (host) => {
    expect(isLocal(host)).toBe(true);
  });

  test.each([
    "example.com",
    "localhost.example.com",
    "127.0.0.1.nip.io",
    "internal.example.org",
    "test.de",
    "8.8.8.8",
    "172.15.0.1",
    "172.32.0.1",
    "192.169.0.1",
    "100.64.0.1",
    "[2606:4700::1111]",
    "[::ffff:808:808]",
  ])("%s is not", (host) => {
    expect(isLocal(host)).toBe(false);
  });
});

describe("Hosts", () => {
  test("a public host needs the user's word", () => {
    expect(() => new Hosts(["https://shop.example"], false)).toThrow(
      "shop.example is a public host. Scan only what you are allowed to test, and say so with --i-am-allowed-to-test.",
    );
    expect(new Hosts(["https://shop.example"], true).allows("https://shop.example/x")).toBe(true);
  });

  test("one public host among local ones needs it, too", () => {
    expect(() => new Hosts(["http://localhost", "api.shop.example"], false)).toThrow(
      /public host/u,
    );
  });

  test("only what was named is allowed, on whatever port", () => {
    const hosts = new Hosts(["http://localhost:3000", "api.local", "login.local:8443"], false);
    expect(hosts.allows("http://localhost:4000/")).toBe(true);
    expect(hosts.allows("wss://api.local/socket")).toBe(true);
    expect(hosts.allows("https://login.local:8443/")).toBe(true);
    for (const url of [
      "http://127.0.0.1:3000/",
      "http://sub.localhost/",
      "http://localhost.evil.example/",
      "http://localhost@evil.example/",
      "not a url",
      "",
    ]) {
      expect(hosts.allows(url)).toBe(false);
    }
    expect(() => {
      hosts.check("https://evil.example/x");
    }).toThrow(/evil\.example was not named, so nothing is sent there\. Add it to "hosts"/u);
  });

  test("the browser's resolver gets bare names", () => {
    const hosts = new Hosts(["http://[::1]:3000/a", "localhost:80", "API.local"], false);
    expect(hosts.names).toEqual(["[::1]", "localhost", "api.local"]);
  });

  test.each(["*", "*.local", "a, EXCLUDE *", "", "two words", "http://", "file:///etc/passwd"])(
    "“%s” names no host",
    (name) => {
      expect(() => new Hosts(["http://localhost", name], true)).toThrow(/names no host/u);
    },
  );
});
