/** `endsession/authjs`: Auth.js (`@auth/core`, `@auth/express`) on sessions of endsession. */
export { endingConfig, type EndingConfigOptions } from "./bridges/authjs/config.ts";
export { expressAuth } from "./bridges/authjs/express.ts";
export { type AuthLike, endingAuth } from "./bridges/authjs/handler.ts";
