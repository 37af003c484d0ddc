/** Whether a foreign page may read private answers with the user's credentials. */
import type { Survey } from "../artifacts.ts";
import type { Capture } from "../browser/device.ts";
import { headerOf, withHeaders } from "../http/answer.ts";
import { askWith } from "../probe/probe.ts";
import type { Scene } from "../scene.ts";

export async function corsOf(scene: Scene, capture: Capture): Promise<Survey["cors"]> {
  const { hostname } = new URL(scene.plan.start);
  const origins = ["https://attacker.example", "null", `https://${hostname}.attacker.example`];
  const facts: Survey["cors"][number][] = [];
  for (const probe of scene.probes.slice(0, 4)) {
    for (const origin of origins) {
      const ask = askWith(probe, capture);
      const answer = await scene.client.send(
        {
          ...ask,
          headers: withHeaders(ask.headers, {
            origin,
            "sec-fetch-site": "cross-site",
            "sec-fetch-mode": "cors",
          }),
        },
        "attacker's page",
      );
      const allowed =
        headerOf(answer.headers, "access-control-allow-origin") === origin &&
        headerOf(answer.headers, "access-control-allow-credentials") === "true";
      facts.push({ probe: probe.id, origin, allowed, exchange: answer.id });
    }
  }
  return facts;
}
