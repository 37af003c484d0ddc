// The routes of the test of all adapters, which puts its scene here.
import {
  currentSession,
  endOthers,
  protect,
  reauthenticate,
  securityEvent,
  sessionOf,
  signIn,
} from "endsession/nuxt";

const scene = () => globalThis.scene;
const own = (event) => appendHeader(event, "set-cookie", "own=1");

const me = (event) => {
  own(event);
  return { user: sessionOf(event).userId };
};
const changed = async (event) => {
  const { credentials } = await securityEvent(await open(), event, { type: "password_changed" });
  return { kept: credentials !== null };
};
const fails = () => {
  throw new Error("own");
};
const privately = (answer, options) => async (event) => {
  await protect(open, options)(event);
  return event.handled ? undefined : answer(event);
};

const routes = {
  "GET /me": privately(me),
  "HEAD /me": privately(me),
  "POST /change": privately(async (event) => {
    const { text } = await readBody(event);
    return { received: text.length };
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
    const { user, remember = false } = await readBody(event);
    own(event);
    await signIn(await open(), event, { userId: user, rememberMe: remember });
    return { user };
  },
  "GET /maybe": async (event) => {
    const session = await currentSession(await open(), event);
    return { user: session?.userId ?? null };
  },
  "POST /password": privately(changed),
  "POST /others": privately(async (event) => {
    const { credentials } = await endOthers(await open(), event);
    return { kept: credentials !== null };
  }),
  "POST /prove": privately(
    async (event) => {
      const { session } = await reauthenticate(await open(), event, ["pwd"]);
      return { user: session.userId };
    },
    { allowStale: true },
  ),
};

export default defineEventHandler(async (event) => {
  const route = routes[`${event.method} ${event.path}`];
  if (!route) return undefined;
  try {
    return await route(event);
  } catch (error) {
    scene().failed(error);
    throw error;
  }
});
