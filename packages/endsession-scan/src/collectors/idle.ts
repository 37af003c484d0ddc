/** Whether a session ends by itself when nobody uses it for the time that was announced. */
import type { Idle } from "../artifacts.ts";
import { Skip } from "../scene.ts";
import type { Scene } from "../scene.ts";

export async function idle(scene: Scene): Promise<Idle> {
  const announced = scene.plan.config.idle;
  if (!scene.extent.patient)
    throw new Skip("Waiting for the idle timeout was not asked for (--patient).", true);
  if (announced === undefined) {
    throw new Skip(
      'After how long a session is said to end is not known: set "idle" in the configuration, in seconds.',
    );
  }
  const device = await scene.signedIn("I");
  const capture = await device.capture();
  // Nothing may ask in its name while it is idle: neither the page nor a worker of it.
  await scene.close(device);
  const before = await scene.reception(capture, "fresh client");
  if (before.reception !== "accepted")
    throw new Skip("The captured session was not accepted before the wait.");
  const waited = announced + Math.max(3, announced / 20);
  scene.world.log.step("I", `leaves the session idle for ${Math.round(waited)} s`);
  await new Promise((resolve) => setTimeout(resolve, waited * 1000));
  const { reception, answer } = await scene.reception(capture, "replay");
  return { announced, waited, after: reception, exchange: answer?.id ?? "" };
}
