/** The scanner on the application, as on anybody's: a nightly test, since it takes some seconds. */
import { it } from "vitest";
import { expectClean, isScanned } from "../../support/quick-scan.ts";
import { password } from "../scene.ts";
import type { Open } from "./opened.ts";

export function scanned(name: string, open: Open): void {
  const takesTime = { timeout: 120_000 };
  it.runIf(isScanned(`the adapter of ${name}`))(
    "P7: the scanner's quick set finds nothing",
    takesTime,
    async () => {
      const { url } = await open();
      await expectClean({
        // A public address: not every framework has a page to say that there is none.
        baseUrl: `${url}/maybe`,
        username: "ada",
        password,
        private: ["/me"],
        signIn: {
          kind: "api",
          url: "/sign-in",
          headers: { "content-type": "application/json" },
          body: { user: "{{username}}", remember: true },
        },
        logout: { kind: "api", method: "POST", url: "/logout" },
      });
    },
  );
}
