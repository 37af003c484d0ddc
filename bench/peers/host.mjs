// @ts-check
/**
 * Serves one variant in a process of its own, on the first core. Told "cpu" it says what it has
 * used, garbage collection and thread pool included; told a device's number it signs that out.
 */
import { pin } from "../support/pin.mjs";

/** @type {{ file: string, name: string, services: import("./servers/serve.mjs").Services }} */
const { file, name, services } = JSON.parse(process.argv[2] ?? "{}");
/** @type {Record<string, Record<string, import("./servers/serve.mjs").Open>>} */
const exported = await import(new URL(`servers/${file}`, import.meta.url).href);
const open = Object.assign({}, ...Object.values(exported))[name];
const { port, credentials, logout } = await open(services);
pin(process.pid, "server");
process.on("disconnect", () => process.exit());
process.on("message", (message) => {
  if (message === "cpu") {
    // Garbage is the affair of who has made it, and not of what is asked next.
    globalThis.gc?.({ type: "minor" });
    const { user, system } = process.cpuUsage();
    process.send?.({ cpu: user + system });
  } else {
    void logout(Number(message)).then(() => process.send?.({ signedOut: message }));
  }
});
process.send?.({ port, credentials });
