/** `GET /app`: the same demo as a single page. */
import { Router } from "express";
import { readBundle } from "../bundle.ts";
import { singlePage } from "../pages/single-page.ts";

/** Its own script and style, requests to its own server, and nothing else. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** The page at `/app`, and at every address below it. */
export function singlePageRoutes(): Router {
  const router = Router();
  router.get(["/app", "/app/{*rest}"], async (_req, res) => {
    res.set("Content-Security-Policy", policy).send(singlePage(await readBundle()));
  });
  return router;
}
