// Hands the application to the test of all adapters, which runs it in its own process.
export default defineNitroPlugin((nitro) => {
  globalThis.listener = toNodeListener(nitro.h3App);
});
