export default defineNuxtConfig({
  compatibilityDate: "2026-11-01",
  telemetry: false,
  // Node.js 20 has no SQLite, and copies of packages lack their native files: none are made.
  nitro: { externals: { trace: false } },
});
