/**
 * The limit of the logout routes, and its headers (draft-ietf-httpapi-ratelimit-headers). It is
 * counted after the presented credential was ended: a limit stops abuse, never a logout (P5).
 */
import { EndSessionError } from "../core/errors.ts";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";

/** The settings of the limit. */
export interface RateLimitOptions {
  /** How many requests (default 20). */
  readonly limit?: number;
  /** In how many seconds (default 300). */
  readonly window?: number;
}

/** What counting a request came to. */
export interface Counted {
  readonly allowed: boolean;
  /** `RateLimit-Policy`, `RateLimit` and, when refused, `Retry-After`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Counts requests by key. */
export interface RateLimit {
  /** Counts a request. */
  count(key: string): Promise<Counted>;
  /** Tells where a key stands without counting anything. */
  look(key: string): Promise<Counted>;
}

/** A limit that is kept in this process. */
export function createRateLimit(options: RateLimitOptions): RateLimit {
  const points = positive("limit", options.limit ?? 20);
  const duration = positive("window", options.window ?? 300);
  const limiter = new RateLimiterMemory({ points, duration });
  const policy = `"logout";q=${points};w=${duration}`;
  const told = (state: RateLimiterRes | null): Counted => {
    const { consumedPoints = 0, msBeforeNext = duration * 1000 } = state ?? {};
    const allowed = consumedPoints <= points;
    const seconds = Math.ceil(msBeforeNext / 1000);
    return {
      allowed,
      headers: {
        "ratelimit-policy": policy,
        ratelimit: `"logout";r=${Math.max(0, points - consumedPoints)};t=${seconds}`,
        ...(allowed ? {} : { "retry-after": String(seconds) }),
      },
    };
  };
  return {
    async count(key) {
      const state = await limiter.consume(key).catch((refusal: unknown) => {
        if (refusal instanceof RateLimiterRes) return refusal;
        throw refusal;
      });
      return told(state);
    },
    look: async (key) => told(await limiter.get(key)),
  };
}

function positive(name: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new EndSessionError(
    "ERR_SETTING_INVALID",
    `The setting "rateLimit.${name}" is ${value}; give a whole number above 0.`,
  );
}

/** The network of an address: what anonymous requests are counted by (RL-04). */
export function networkOf(address: string | null): string {
  if (address === null) return "unknown";
  const v4 = /^(?:::ffff:)?(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/i.exec(address);
  if (v4?.[1] !== undefined) return `${v4[1]}.0/24`;
  return `${expand(address).slice(0, 4).join(":")}::/64`;
}

function expand(address: string): string[] {
  const [head = "", tail = ""] = address.toLowerCase().split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === "" ? [] : tail.split(":");
  const gap = Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: gap }, () => "0"), ...right];
  return groups.map((group) => group.replace(/^0+(?=.)/, ""));
}
