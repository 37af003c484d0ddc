/**
 * The limit of the logout routes, and its headers (draft-ietf-httpapi-ratelimit-headers). It is
 * counted after the presented credential was ended: a limit stops abuse, never a logout (P5).
 */
import type { Accelerator, Limiter, LimiterState } from "../core/accelerator.ts";
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

/** A limit that is kept in this process, or by an accelerator among all. */
export function createRateLimit(options: RateLimitOptions, accelerator?: Accelerator): RateLimit {
  const points = positive("limit", options.limit ?? 20);
  const duration = positive("window", options.window ?? 300);
  const own = new RateLimiterMemory({ points, duration });
  const limiter: Limiter = accelerator?.limiter({ points, duration, insurance: own }) ?? own;
  const policy = `"logout";q=${points};w=${duration}`;
  const told = (state: LimiterState | null): Counted => {
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
      const state = await limiter.consume(bounded(key)).catch((refusal: unknown) => {
        if (refusal instanceof RateLimiterRes) return refusal;
        throw refusal;
      });
      return told(state);
    },
    look: async (key) => told(await limiter.get(bounded(key))),
  };
}

/**
 * A key of a bounded number: anybody can have any number of networks (an IPv6 /32 holds 2^32), but
 * no more users than there are. Networks that share a place share a limit, which keeps nobody
 * signed in: it is counted after the end.
 */
function bounded(key: string): string {
  if (!key.startsWith(networkPrefix)) return key;
  // FNV-1a.
  let hash = 0x811c9dc5;
  for (let index = networkPrefix.length; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return `${networkPrefix}${(hash >>> 0) % networkPlaces}`;
}

const networkPlaces = 16_384;

/** What keys of networks begin with. */
export const networkPrefix: string = "network ";

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
