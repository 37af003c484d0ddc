/** The configuration file, `endsession.scan.json`: whatever cannot be found out. */
import { z } from "zod";

const selector = z.string().min(1);
const headers = z.record(z.string(), z.string());
const request = {
  method: z.string().default("POST"),
  url: z.string(),
  headers: headers.default({}),
  /** Text as it is; anything else travels as JSON. `{{username}}` and `{{password}}` are filled in. */
  body: z.unknown().optional(),
};

const step = z.union([
  z.strictObject({ goto: z.string() }),
  z.strictObject({ fill: selector, value: z.string() }),
  z.strictObject({ click: selector }),
  z.strictObject({ press: z.string() }),
  z.strictObject({ waitFor: selector }),
]);

const signIn = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("form") }),
  z.strictObject({
    kind: z.literal("api"),
    ...request,
    /** Where in the answer the token is, `data.token`; left out when a cookie is set. */
    token: z.string().optional(),
    /** The header that carries it. */
    header: z.string().default("authorization"),
    /** What stands before it. */
    scheme: z.string().default("Bearer"),
  }),
  z.strictObject({ kind: z.literal("steps"), steps: z.array(step).min(1) }),
  /** A browser state as Playwright saves it; two devices need two files. */
  z.strictObject({ kind: z.literal("state"), file: z.string(), otherFile: z.string().optional() }),
  /** A module whose default export is `async (page, { username, password }) => {}`. */
  z.strictObject({ kind: z.literal("script"), file: z.string() }),
  /** HTTP authentication: Basic or Digest. */
  z.strictObject({ kind: z.literal("http") }),
]);

const act = z.strictObject({
  kind: z.enum(["click", "form", "api"]).default("click"),
  /** Where the control is. Default: the page after the sign-in. */
  page: z.string().optional(),
  selector: selector.optional(),
  method: z.string().optional(),
  url: z.string().optional(),
  headers: headers.optional(),
  body: z.unknown().optional(),
});

export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  /** The application's address; everything else may be relative to it. */
  baseUrl: z.url({ protocol: /^https?$/u }),
  loginUrl: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  /** The environment variable that holds the password, so that no file does. */
  passwordEnv: z.string().optional(),
  totpSecret: z.string().optional(),
  totpSecretEnv: z.string().optional(),
  fields: z
    .strictObject({
      username: selector.optional(),
      password: selector.optional(),
      submit: selector.optional(),
      totp: selector.optional(),
      remember: z.union([selector, z.literal(false)]).optional(),
    })
    .default({}),
  signIn: signIn.optional(),
  logout: act.optional(),
  /** The control that ends all sessions; `false` when the application has none. */
  logoutAll: z.union([act, z.literal(false)]).optional(),
  /** Addresses that only the signed-in user may see. */
  private: z.array(z.string()).default([]),
  /** Text that is shown to this user only. */
  identityText: z.string().optional(),
  changePassword: z
    .union([
      z.strictObject({
        page: z.string(),
        fields: z
          .strictObject({
            current: selector.optional(),
            new: selector.optional(),
            confirm: selector.optional(),
            submit: selector.optional(),
          })
          .default({}),
      }),
      z.strictObject({ kind: z.literal("api"), ...request }),
    ])
    .optional(),
  refresh: z.strictObject({ ...request }).optional(),
  /** The address that lists the account's sessions or devices. */
  devices: z.string().optional(),
  /** Addresses of WebSocket or event-stream channels. */
  channels: z.array(z.string()).default([]),
  /** Base addresses of the single instances behind a balancer. */
  instances: z.array(z.string()).default([]),
  /** The idle time after which a session is said to end, in seconds. */
  idle: z.number().positive().optional(),
  /** Further hosts that belong to the application. */
  hosts: z.array(z.string()).default([]),
});

export type Config = z.infer<typeof configSchema>;
/** What a user may write: everything that has a default may be left out. */
export type ConfigInput = z.input<typeof configSchema>;
export type ActConfig = z.infer<typeof act>;
export type SignInConfig = z.infer<typeof signIn>;
