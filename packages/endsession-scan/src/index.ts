/** The scanner as a library. */
export { run } from "./run.ts";
export { configSchema } from "./config/schema.ts";
