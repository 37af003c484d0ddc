/** The scanner's corpus: applications that are right, and the corpus as a whole. */
import { expect, test } from "vitest";
import { broken, catalogue, right, scanEach } from "./corpus.ts";

scanEach("the corpus of right applications", right);

test("the corpus is as large and as mixed as it was promised to be", () => {
  expect(new Set(catalogue.map(({ framework }) => framework)).size).toBeGreaterThanOrEqual(4);
  expect(broken.length).toBeGreaterThanOrEqual(40);
  expect(right.length).toBeGreaterThanOrEqual(12);
  const configured = catalogue.filter(({ config = {} }) =>
    ["loginUrl", "signIn", "fields", "logout", "private"].some((key) => key in config),
  );
  expect(configured.length / catalogue.length).toBeLessThanOrEqual(0.1);
});
