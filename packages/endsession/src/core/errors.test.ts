import { expect, it, vi } from "vitest";
import { EndSessionError } from "./errors.ts";

it("an error of another copy of the library is known by its name", async () => {
  vi.resetModules();
  const copy = await import("./errors.ts");
  expect(copy.EndSessionError).not.toBe(EndSessionError);
  expect(new copy.EndSessionError("ERR_SESSION_ENDED", "Over.")).toBeInstanceOf(EndSessionError);
  expect(new Error("Over.")).not.toBeInstanceOf(EndSessionError);
});
