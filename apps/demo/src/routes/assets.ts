/** `GET /assets/…`: the styles, the script of the single-page side, and the icon. */
import { type Request, type Response, Router } from "express";
import { type Asset, readBundle } from "../bundle.ts";
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
  router.get("/assets/icon.svg", (_req, res) => {
    // The icon styles itself, which the policy of the pages would not let it.
    res.set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
    res.set("Cache-Control", "public, max-age=86400").type("svg").send(siteIcon);
  });
  return router;
}

/** Only under the address that names its text may it be kept for good. */
function send(req: Request, res: Response, type: string, { href, text }: Asset): void {
  const lasting = req.originalUrl === href;
  res.set("Cache-Control", lasting ? "public, max-age=31536000, immutable" : "no-cache");
  res.type(type).send(text);
}
