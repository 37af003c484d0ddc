// The routes of the test of all adapters, which puts its scene here.
import {
  currentSession,
  endOthers,
  protect,
  reauthenticate,
  securityEvent,
  sessionOf,
  signIn,
} from "endsession/react-router";
import { open } from "../endsession.server.js";

const scene = () => globalThis.scene;
const json = (body, own = false) =>
  Response.json(body, own ? { headers: { "set-cookie": "own=1" } } : {});

const me = (args) => json({ user: sessionOf(args).userId }, true);
const changed = async (args) => {
  const { credentials } = await securityEvent(await open(), args, { type: "password_changed" });
  return json({ kept: credentials !== null });
};
const fails = () => {
  throw new Error("own");
};
const privately = (answer, options) => (args) => protect(open, options)(args, () => answer(args));

const routes = {
  "GET /me": privately(me),
  "HEAD /me": privately(me),
  "POST /change": privately(async ({ request }) => {
    const { text } = await request.json();
    return json({ received: text.length });
  }),
  "GET /slow": privately(async (args) => {
    await scene().slow();
    return me(args);
  }),
  "POST /slow/password": privately(async (args) => {
    await scene().slow();
    return changed(args);
  }),
  "GET /fails": privately(fails),
  "POST /fails": privately(fails),
  "POST /sign-in": async (args) => {
    const { user, remember = false } = await args.request.json();
    await signIn(await open(), args, { userId: user, rememberMe: remember });
    return json({ user }, true);
  },
  "GET /maybe": async (args) => {
    const session = await currentSession(await open(), args);
    return json({ user: session?.userId ?? null });
  },
  "POST /password": privately(changed),
  "POST /others": privately(async (args) => {
    const { credentials } = await endOthers(await open(), args);
    return json({ kept: credentials !== null });
  }),
  "POST /prove": privately(
    async (args) => {
      const { session } = await reauthenticate(await open(), args, ["pwd"]);
      return json({ user: session.userId });
    },
    { allowStale: true },
  ),
};

const answer = async (args) => {
  const { method, url } = args.request;
  const route = routes[`${method} ${new URL(url).pathname}`];
  if (!route) return new Response("Not Found", { status: 404 });
  try {
    return await route(args);
  } catch (error) {
    scene().failed(error);
    throw error;
  }
};
export { answer as action, answer as loader };
