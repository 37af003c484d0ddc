/** `endsession/authjs`: Auth.js (`@auth/core`, `@auth/express`) on sessions of endsession. */
export { endingConfig, type EndingConfigOptions } from "./bridges/authjs/config.ts";
export { type AuthLike, endingAuth, expressAuth } from "./bridges/authjs/handler.ts";
