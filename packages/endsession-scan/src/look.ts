/** Finding out how an application is signed in to and out of, without judging it. */
import type { Shot } from "./artifacts.ts";
import type { Config, ConfigInput } from "./config/schema.ts";
import { survey } from "./collectors/survey.ts";
import { withScene } from "./run.ts";
import type { RunOptions } from "./run.ts";
import { ScanError } from "./scan-error.ts";

export interface Found {
  /** The given configuration with what was found in it. */
  readonly config: ConfigInput;
  /** What was found, in lines for a person. */
  readonly told: readonly string[];
  readonly shots: readonly Shot[];
}

/** @throws ScanError when signing in does not work, or nothing private is found */
export async function look(config: Config, options: RunOptions): Promise<Found> {
  return withScene(config, { ...options, quick: true }, async (scene) => {
    const { landing, probes, sets } = await survey(scene);
    const { loginUrl, signOut } = scene.plan;
    const relative = (url: string): string =>
      new URL(url).origin === new URL(config.baseUrl).origin
        ? url.slice(new URL(url).origin.length)
        : url;
    const pages = probes
      .filter(({ method, kind }) => method === "GET" && kind === "page")
      .map(({ url }) => relative(url));
    if (signOut === null && config.logout === undefined) {
      throw new ScanError(
        "cannot-judge",
        'No control that signs out was found on the private pages. Describe it under "logout" in a file for --config.',
      );
    }
    return {
      config: {
        ...config,
        ...(loginUrl === null ? {} : { loginUrl: relative(loginUrl) }),
        ...(signOut === null || config.logout !== undefined
          ? {}
          : { logout: { kind: "click", page: relative(signOut.page) } }),
        private: config.private.length > 0 ? config.private : pages,
      },
      told: [
        `sign-in:  ${loginUrl ?? "as configured"}`,
        `leads to: ${landing}`,
        `private:  ${probes.map(({ url, difference }) => `${relative(url)} (${difference})`).join("\n            ")}`,
        `identity: ${sets.map(({ carriers }) => carriers.map(({ kind, name }) => `${kind} ${name}`).join(" and ")).join(", or ")}`,
        ...(signOut === null
          ? []
          : [
              `sign-out: “${signOut.text}” on ${relative(signOut.page)}${signOut.opener === null ? "" : `, in the menu “${signOut.opener}”`}`,
            ]),
      ],
      shots: scene.shots,
    };
  });
}
