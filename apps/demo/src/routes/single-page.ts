/** `GET /app`: the same demo as a single page. */
import { Router } from "express";
import { readBundle } from "../bundle.ts";
import { singlePage } from "../pages/single-page.ts";

/** The page at `/app`, and at every address below it. */
export function singlePageRoutes(): Router {
  const router = Router();
  router.get(["/app", "/app/{*rest}"], async (_req, res) => {
    res.send(singlePage(await readBundle()));
  });
  return router;
}
