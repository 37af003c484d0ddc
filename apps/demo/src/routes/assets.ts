/** `GET /assets/…`: the styles, the scripts, and the icon. */
import { type Request, type Response, Router } from "express";
import { type Asset, plainScript, readBundle } from "../bundle.ts";
import { siteIcon } from "../pages/icons.ts";
import { stylesheet } from "../style.ts";

/** The files that are the same for everybody. */
export function assetRoutes(): Router {
  const router = Router();
  router.get("/assets/style.css", (req, res) => send(req, res, "css", stylesheet));
  router.get("/assets/app-style.css", async (req, res) => {
    send(req, res, "css", (await readBundle()).style);
  });
  router.get("/assets/app.js", async (req, res) => {
    send(req, res, "js", (await readBundle()).script);
  });
  router.get(`/assets/${plainScript}`, async (req, res) => {
    send(req, res, "js", (await readBundle()).plain);
  });
  router.get("/assets/icon.svg", (_req, res) => {
    // The icon styles itself, which the policy of the pages would not let it.
    res.set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
    res.set("Cache-Control", "public, max-age=86400").type("svg").send(siteIcon);
  });
  return router;
}

/** Only under the address that names its text may it be kept for good; elsewhere it is asked for anew. */
function send(req: Request, res: Response, type: string, { href, text }: Asset): void {
  const lasting = req.originalUrl === href;
  res.set("Cache-Control", lasting ? "public, max-age=31536000, immutable" : "no-cache");
  res.set("ETag", JSON.stringify(href)).type(type).send(text);
}
