import { test } from "vitest";
import { scan } from "./support/command.ts";
import { Site } from "./support/hostile-site.ts";
test("try", async () => {
  const site = await Site.start();
  const began = Date.now();
  const ran = await scan(site.url);
  console.log(Date.now() - began, ran.code, ran.stdout, ran.stderr, ran.left, ran.litter);
  await site.stop();
}, 200_000);
