/** What all collectors of one scan share: its doors to the world, its account, and what was learnt. */
import type { AuthenticatingSet, Reception, Shot } from "./artifacts.ts";
import { Device } from "./browser/device.ts";
import type { Capture, DeviceWorld } from "./browser/device.ts";
import type { Channel } from "./browser/traffic.ts";
import { signIn } from "./discover/sign-in.ts";
import type { HttpClient } from "./http/client.ts";
import type { Answer } from "./http/answer.ts";
import type { Account, Plan } from "./plan.ts";
import { askWith } from "./probe/probe.ts";
import type { Probe } from "./probe/probe.ts";

/** Thrown by a collector that cannot do its part: the scan goes on without it. */
export class Skip extends Error {
  /** Whether the application has nothing of the kind, or nobody asked for it. */
  readonly notApplicable: boolean;

  constructor(reason: string, notApplicable = false) {
    super(reason);
    this.name = "Skip";
    this.notApplicable = notApplicable;
  }
}

/** How far a scan goes. */
export interface Extent {
  /** The quick set of audits only. */
  readonly quick: boolean;
  /** Sign-ins at most. */
  readonly maxLogins: number;
  /** When the captured sets are replayed, in milliseconds after the logout. */
  readonly delays: readonly number[];
  readonly logoutAll: boolean;
  readonly changePassword: boolean;
  readonly patient: boolean;
}

export class Scene {
  readonly world: DeviceWorld;
  readonly client: HttpClient;
  readonly plan: Plan;
  readonly extent: Extent;
  readonly shots: Shot[] = [];
  readonly warnings: string[] = [];
  /** Found by the survey, for all that come after it. */
  probes: readonly Probe[] = [];
  sets: readonly AuthenticatingSet[] = [];
  /** Private pages, the one after the sign-in first. */
  pages: readonly string[] = [];
  /** What those pages keep open. */
  channels: readonly Channel[] = [];
  httpAuthentication = false;
  logins = 0;
  readonly #devices = new Set<Device>();

  constructor(world: DeviceWorld, client: HttpClient, plan: Plan, extent: Extent) {
    this.world = world;
    this.client = client;
    this.plan = plan;
    this.extent = extent;
  }

  /** A device that is not signed in. */
  async device(name: string): Promise<Device> {
    const how = this.plan.config.signIn;
    const device = await Device.open(this.world, name, {
      ...(this.httpAuthentication || how?.kind === "http"
        ? { httpCredentials: { ...this.plan.account } }
        : {}),
      ...(how?.kind === "state"
        ? { storageState: this.plan.file(name === "B" ? (how.otherFile ?? how.file) : how.file) }
        : {}),
    });
    this.#devices.add(device);
    return device;
  }

  /**
   * A device that has just signed in.
   *
   * @throws Skip when that would be a sign-in too many
   * @throws ScanError when the sign-in does not work
   */
  async signedIn(name: string, account: Account = this.plan.account): Promise<Device> {
    const device = await this.device(name);
    await this.signIn(device, account);
    return device;
  }

  async signIn(device: Device, account: Account = this.plan.account): Promise<void> {
    if (this.logins >= this.extent.maxLogins) {
      throw new Skip(
        `The ${this.extent.maxLogins} sign-ins that --max-logins allows were used up.`,
      );
    }
    this.logins += 1;
    this.world.log.step(device.name, "signs in");
    await signIn(device, this.plan, account);
  }

  async close(device: Device): Promise<void> {
    this.#devices.delete(device);
    await device.close();
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#devices].map((device) => this.close(device)));
  }

  /** How what a device holds is received, by the first probe that gives a clear answer. */
  async reception(
    capture: Capture,
    by: string,
  ): Promise<{ readonly reception: Reception; readonly answer: Answer | null }> {
    let last: Answer | null = null;
    for (const probe of this.probes) {
      const answer = await this.client.send(askWith(probe, capture), by);
      const reception = probe.baseline.receive(answer);
      last = answer;
      if (reception !== "unclear") return { reception, answer };
    }
    return { reception: "unclear", answer: last };
  }

  /** As `reception`, for a device, which takes over what the answer set. */
  async alive(
    device: Device,
  ): Promise<{ readonly reception: Reception; readonly exchange: string | null }> {
    const { reception, answer } = await this.reception(await device.capture(), device.name);
    if (answer !== null && reception === "accepted") await device.absorb(answer);
    return { reception, exchange: answer?.id ?? null };
  }

  async shoot(
    device: Device,
    name: Shot["name"],
    title: string,
    page = device.page,
  ): Promise<void> {
    const png = await device.screenshot(page);
    if (png !== null) this.shots.push({ name, title, png });
  }
}
