/** Credentials in the bodies of private answers, where every script of the page can read them. */
import type { Leak } from "../artifacts.ts";
import type { Capture, Device } from "../browser/device.ts";
import type { Answer } from "../http/answer.ts";
import { askWith } from "../probe/probe.ts";
import type { Scene } from "../scene.ts";
import { formsOf } from "./credentials.ts";

/** Shorter values may be found by chance. */
const shortest = 16;

/** The device's own cookies that scripts must not see, in what its browser and the probes were answered. */
export function ownLeaks(scene: Scene, device: Device, capture: Capture): Leak[] {
  const answers = [
    ...device.traffic.seen.filter(({ type }) => ["document", "xhr", "fetch"].includes(type)),
    ...scene.probes.map(({ signedIn }) => signedIn),
  ];
  return leaksIn(scene, capture, answers, true);
}

/** The other device's cookies, in what this one is answered: a device list is the usual place. */
export async function leaksOfOthers(scene: Scene, device: Device, other: Device): Promise<Leak[]> {
  const capture = await device.capture();
  const answers: Answer[] = [];
  for (const probe of scene.probes) {
    answers.push(await scene.client.send(askWith(probe, capture), device.name));
  }
  return leaksIn(scene, await other.capture(), answers, false);
}

function leaksIn(
  scene: Scene,
  { cookies }: Capture,
  answers: readonly Answer[],
  own: boolean,
): Leak[] {
  const authenticating = new Set(
    scene.sets.flatMap(({ carriers }) => carriers.map(({ name }) => name)),
  );
  const leaks = new Map<string, Leak>();
  for (const { name, value: held, httpOnly } of cookies) {
    if (!authenticating.has(name) || !httpOnly) continue;
    // What the cookie was before the sign-in opens nothing.
    const values = formsOf(held).filter(({ length }) => length >= shortest);
    for (const { body, ask, id } of answers) {
      if (!values.some((value) => body.includes(value))) continue;
      leaks.set(`${name} ${ask.url}`, {
        url: scene.world.secrets.cut(ask.url),
        exchange: id,
        carrier: `cookie ${name}`,
        own,
      });
    }
  }
  return [...leaks.values()];
}
