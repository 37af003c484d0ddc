/** The life of refresh tokens: rotation, two uses at once, reuse, and use after logout. */
import type { Refresh } from "../artifacts.ts";
import type { Device } from "../browser/device.ts";
import { signOut } from "../discover/sign-out.ts";
import type { Answer } from "../http/answer.ts";
import { Skip } from "../scene.ts";
import type { Scene } from "../scene.ts";
import { findRefreshCall, sameToken } from "./refresh-call.ts";
import type { RefreshCall, RefreshToken } from "./refresh-call.ts";

/** Longer than the grace that well-made rotations give a lost answer, in milliseconds. */
const grace = 12_000;

export async function refresh(scene: Scene): Promise<Refresh> {
  const first = await scene.signedIn("F");
  const call = await findRefreshCall(scene, first);
  if (call === null) {
    throw new Skip(
      'No request that refreshes a token was seen. If there is one, name it with "refresh".',
      true,
    );
  }
  const use = usage(scene, call);
  const t0 = await held(call, first);
  await leave(first);
  const stranger = await use({
    cookies: new Map(),
    body: t0.body === null ? null : "x".repeat(32),
  });
  if (stranger.token !== null) {
    throw new Skip(
      `What looks like the refresh request (${call.found}) hands out the same to everybody.`,
      true,
    );
  }
  const { answer, token: t1 } = await use(t0);
  if (t1 === null) {
    throw new Skip(
      `The refresh request (${call.found}) was answered ${answer.status} from a fresh client, so nothing can be said of it.`,
    );
  }
  const rotates = !sameToken(t0, t1);
  const reuse = rotates ? await reuseOf(use, t0, t1) : null;
  await scene.close(first);
  return {
    found: call.found,
    rotates,
    reuse,
    fork: rotates ? await forkOf(scene, call, use) : null,
    afterLogout: await afterLogout(scene, call, use),
  };
}

type Use = (
  token: RefreshToken,
) => Promise<{ readonly answer: Answer; readonly token: RefreshToken | null }>;

function usage(scene: Scene, call: RefreshCall): Use {
  return async (token) => {
    for (const value of [...token.cookies.values(), token.body ?? ""])
      scene.world.secrets.add(value);
    const answer = await scene.client.send(call.ask(token), "fresh client");
    return { answer, token: call.next(answer, token) };
  };
}

/** The page must not refresh by itself while its tokens are tried. */
async function leave(device: Device): Promise<void> {
  await device.page.goto("about:blank").catch(() => undefined);
}

async function held(call: RefreshCall, device: Device): Promise<RefreshToken> {
  return call.tokenOf(device, await device.capture());
}

/** T0, T1, T2, and T0 once more when its successor has long been used. */
async function reuseOf(use: Use, t0: RefreshToken, t1: RefreshToken): Promise<Refresh["reuse"]> {
  const { token: t2 } = await use(t1);
  if (t2 === null) return null;
  await new Promise((resolve) => setTimeout(resolve, grace));
  const { answer, token } = await use(t0);
  return { accepted: token !== null, exchange: answer.id };
}

/** One token, twice at once: a retry may get the same successor, but no second branch may live. */
async function forkOf(scene: Scene, call: RefreshCall, use: Use): Promise<Refresh["fork"]> {
  const device = await scene.signedIn("F");
  const token = await held(call, device);
  await leave(device);
  const both = await Promise.all([use(token), use(token)]);
  const successors = both.map((it) => it.token).filter((it) => it !== null);
  const different = successors.filter(
    (it, index) => successors.findIndex((other) => sameToken(it, other)) === index,
  );
  let working = 0;
  if (different.length > 1)
    for (const it of different) if ((await use(it)).token !== null) working += 1;
  await scene.close(device);
  return { successors: different.length, working };
}

async function afterLogout(
  scene: Scene,
  call: RefreshCall,
  use: Use,
): Promise<Refresh["afterLogout"]> {
  const device = await scene.signedIn("F");
  const [landing] = scene.pages;
  if (landing !== undefined) await device.goto(landing);
  const token = await held(call, device);
  await signOut(device, scene.plan, scene.pages);
  const { answer, token: handedOut } = await use(token);
  await scene.close(device);
  return { accepted: handedOut !== null, exchange: answer.id };
}
