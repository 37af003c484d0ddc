// What the routes in app/(contract) share: the test of all adapters puts its scene here.
import { protect } from "endsession/next";
import { open } from "./endsession.js";

export const scene = () => globalThis.scene;

/** A private route. What it throws is noted for the test. */
export const route = (handler, options) =>
  protect(
    open,
    async (request, context) => {
      try {
        return await handler(request, context);
      } catch (error) {
        scene().failed(error);
        throw error;
      }
    },
    options,
  );

export const me = async (_request, { session }) =>
  Response.json({ user: session.userId }, { headers: { "set-cookie": "own=1" } });
