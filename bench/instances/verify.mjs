// @ts-check
/** An instance that a proxy asks: `/verify` of endsession as it is by default, or a constant 204, or an application. */
import { mount } from "endsession/node";
import { install, signInMany } from "../support/installation.mjs";
import { answer, serve } from "./serve.mjs";

const { pinned, kind } = JSON.parse(process.argv[2] ?? "{}");

if (kind === "endsession") {
  const endsession = await install({});
  const answering = mount(endsession);
  const start = async (/** @type {number} */ n) => {
    const devices = await signInMany(endsession, n, { tokens: false });
    return devices.map(({ sessionToken }) => `__Host-es_session=${sessionToken}`);
  };
  await serve((req, res) => answering(req, res, () => answer(res, 404)), { start }, { pinned });
} else if (kind === "constant") {
  await serve((_, res) => void res.writeHead(204).end(), {}, { pinned });
} else {
  await serve((_, res) => answer(res, 200), {}, { pinned });
}
