/** A limit on the logout address, used up, and then a logout that somebody means. */
import type { RateLimit } from "../artifacts.ts";
import { signOut } from "../discover/sign-out.ts";
import { carrierHeaders, plainHeaders } from "../probe/carriers.ts";
import { askWith } from "../probe/probe.ts";
import { Skip } from "../scene.ts";
import type { Scene } from "../scene.ts";
import type { Departed } from "./departure.ts";

/** More than the 20 in 300 s that are usual. */
const mostRequests = 30;

export async function rateLimit(scene: Scene, { act, replayer }: Departed): Promise<RateLimit> {
  const { request } = act;
  if (request === null)
    throw new Skip("No request that signs out was seen, so its limit cannot be tried.");
  const device = await scene.signedIn("R");
  const capture = await device.capture();
  const { method, url, headers, body } = request.ask;
  const question = {
    method,
    url,
    kind: "page" as const,
    headers: plainHeaders(headers),
    carrierHeaders: carrierHeaders(headers).map(([name]) => name),
    ...(body === undefined ? {} : { body }),
  };
  let limitedAt: number | null = null;
  let sent = 0;
  const told = new Set<string>();
  while (sent < mostRequests && limitedAt === null) {
    const answer = await scene.client.send(askWith(question, replayer.capture), "replay");
    sent += 1;
    for (const [name] of answer.headers)
      if (/^(?:x-)?ratelimit|^retry-after$/iu.test(name)) told.add(name);
    if (answer.status === 429) limitedAt = sent;
  }
  const after = await signOut(device, scene.plan, scene.pages);
  const { reception, answer } = await scene.reception(capture, "replay");
  await scene.close(device);
  return {
    sent,
    limitedAt,
    logoutStatus: after.request?.status ?? 0,
    sessionAfter: reception,
    exchange: after.request?.id ?? answer?.id ?? "",
    headers: [...told],
  };
}
