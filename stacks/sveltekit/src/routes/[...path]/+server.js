// The routes of the test of all adapters, which puts its scene here; everything else is a 404.
import {
  currentSession,
  endOthers,
  protect,
  reauthenticate,
  securityEvent,
  sessionOf,
  signIn,
} from "endsession/sveltekit";
import { open } from "$lib/server/endsession.js";

const scene = () => globalThis.scene;
const json = (body, own = false) =>
  Response.json(body, own ? { headers: { "set-cookie": "own=1" } } : {});

const me = (event) => json({ user: sessionOf(event).userId }, true);
const changed = async (event) => {
  const { credentials } = await securityEvent(await open(), event, { type: "password_changed" });
  return json({ kept: credentials !== null });
};
const fails = () => {
  throw new Error("own");
};
const privately = (resolve, options) => (event) => protect(open, options)({ event, resolve });

const routes = {
  "GET /me": privately(me),
  "HEAD /me": privately(me),
  "POST /change": privately(async ({ request }) => {
    const { text } = await request.json();
    return json({ received: text.length });
  }),
  "GET /slow": privately(async (event) => {
    await scene().slow();
    return me(event);
  }),
  "POST /slow/password": privately(async (event) => {
    await scene().slow();
    return changed(event);
  }),
  "GET /fails": privately(fails),
  "POST /fails": privately(fails),
  "POST /sign-in": async (event) => {
    const { user, remember = false } = await event.request.json();
    await signIn(await open(), event, { userId: user, rememberMe: remember });
    return json({ user }, true);
  },
  "GET /maybe": async (event) => {
    const session = await currentSession(await open(), event);
    return json({ user: session?.userId ?? null });
  },
  "POST /password": privately(changed),
  "POST /others": privately(async (event) => {
    const { credentials } = await endOthers(await open(), event);
    return json({ kept: credentials !== null });
  }),
  "POST /prove": privately(
    async (event) => {
      const { session } = await reauthenticate(await open(), event, ["pwd"]);
      return json({ user: session.userId });
    },
    { allowStale: true },
  ),
};

export const fallback = async (event) => {
  const route = routes[`${event.request.method} ${event.url.pathname}`];
  if (!route) return new Response("Not Found", { status: 404 });
  try {
    return await route(event);
  } catch (error) {
    scene().failed(error);
    throw error;
  }
};
