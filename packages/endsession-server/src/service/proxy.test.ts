/** What is believed of forwarded headers. */
import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { blockListOf } from "../config/schema.ts";
import { adoptScheme, clientAddressBehind } from "./proxy.ts";

const trusted = blockListOf(["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"]);

describe("the client's address", () => {
  const address = (connection: string, header: string): string | null => {
    const get = (name: string): string | null => (name === "x-forwarded-for" ? header : null);
    const head = { method: "GET", url: "/", headers: { get } };
    return clientAddressBehind(trusted)(head, connection);
  };

  it.each([
    ["203.0.113.5", "1.2.3.4", "203.0.113.5", "nobody trusted"],
    ["127.0.0.1", "1.2.3.4", "1.2.3.4", "one proxy"],
    ["::ffff:127.0.0.1", "1.2.3.4", "1.2.3.4", "one proxy, by an IPv6 socket"],
    ["127.0.0.1", "6.6.6.6, 1.2.3.4, 10.1.2.3", "1.2.3.4", "two proxies, and an invention"],
    ["127.0.0.1", "6.6.6.6, junk, 10.1.2.3", "10.1.2.3", "junk before a proxy"],
    ["127.0.0.1", "", "127.0.0.1", "a proxy that says nothing"],
    ["127.0.0.1", "[2001:db9::1]:4711", "2001:db9::1", "an IPv6 address with its port"],
    ["127.0.0.1", "1.2.3.4:4711", "1.2.3.4", "an IPv4 address with its port"],
    ["2001:db8::5", "2001:db9::1", "2001:db9::1", "an IPv6 proxy"],
    ["127.0.0.1", "10.0.0.1", "10.0.0.1", "nobody but proxies"],
  ])("%s with %j is %s: %s", (connection, header, expected) => {
    expect(address(connection, header)).toBe(expected);
  });
});

describe("the scheme", () => {
  const urlOf = (remoteAddress: string, url: string, headers = {}): string | undefined => {
    const request = {
      socket: { remoteAddress },
      url,
      headers: { host: "app.example", ...headers },
    };
    adoptScheme(trusted, request as unknown as IncomingMessage);
    return request.url;
  };
  const https = { "x-forwarded-proto": "https" };

  it.each([
    ["127.0.0.1", "/verify?a=b", https, "https://app.example/verify?a=b"],
    ["127.0.0.1", "/verify", { "x-forwarded-proto": "https, http" }, "https://app.example/verify"],
    ["127.0.0.1", "/verify", { "x-forwarded-proto": "http" }, "/verify"],
    ["127.0.0.1", "/verify", { ...https, host: "evil/x" }, "/verify"],
    ["203.0.113.5", "/verify", https, "/verify"],
    ["203.0.113.5", "https://evil.example/verify", https, "/verify"],
    ["203.0.113.5", "https://evil.example", {}, "/"],
  ])("%s %s %o becomes %s", (remote, url, headers, expected) => {
    expect(urlOf(remote, url, headers)).toBe(expected);
  });
});
