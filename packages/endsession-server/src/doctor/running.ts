/** What the running service answers at its public address, through whatever stands before it. */
import { check, type Finding } from "./finding.ts";

/** How long an answer may take, in milliseconds. */
const patience = 10_000;

/** Asks the service below a URL. It presents no credential, and so ends nothing. */
export async function checkRunning(base: string): Promise<Finding[]> {
  const url = base.replace(/\/$/, "");
  try {
    return [await ready(url), await secure(url)];
  } catch (error) {
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? cause.message : message;
    const advice = "Check --url, the proxy, and that the service runs.";
    return [check("service").fail(`"${url}" does not answer: ${why}.`, advice)];
  }
}

async function ready(url: string): Promise<Finding> {
  const { ok, warn } = check("service");
  const { status } = await ask(`${url}/readyz`, {});
  if (status === 200) return ok(`"${url}" is ready.`);
  return warn(
    `"${url}/readyz" answers ${status}.`,
    "Let the proxy pass it on, or ask the service directly; 503 means that it is not ready.",
  );
}

/** A logout without a credential deletes cookies: their names tell what the service sees. */
async function secure(url: string): Promise<Finding> {
  const { ok, warn, fail } = check("scheme headers");
  const headers = { "sec-fetch-site": "same-origin", accept: "application/json" };
  const answer = await ask(`${url}/logout`, { method: "POST", headers });
  const cookies = answer.headers.getSetCookie();
  if (cookies.length === 0) {
    return warn(
      `"${url}/logout" answers ${answer.status} and deletes no cookie.`,
      "Let the proxy pass on POST requests and Set-Cookie headers.",
    );
  }
  const isSecure = cookies.every((cookie) => /;\s*secure/i.test(cookie));
  if (isSecure) return ok("Cookies are set with Secure.");
  if (!url.startsWith("https:")) return warn("Plain http.", "Give the public https address.");
  return fail(
    "The service takes https requests for plain http, and sets cookies without Secure.",
    "Set ENDSESSION_ORIGIN, or let the proxy send X-Forwarded-Proto and name it in " +
      "ENDSESSION_TRUSTED_PROXIES.",
  );
}

function ask(url: string, init: RequestInit): Promise<Response> {
  return fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(patience) });
}
