import type { Guide } from "./guide.ts";

/** Next.js 13 to 16, App Router; with Auth.js, better-auth and iron-session as what one meets. */
export const nextjs: Guide = {
  framework: "nextjs",
  name: "Next.js",
  advice: {
    store: [
      "Next.js has no sessions of its own. First find what issues the cookie: Auth.js, better-auth, iron-session, or code of this project.",
      'Auth.js without a database adapter uses the `jwt` strategy, and iron-session seals the data into the cookie: neither can be ended on the server. Move to stored sessions (`session: { strategy: "database" }` with an adapter, or a table of your own), or keep a table of ended session ids that every check reads.',
      "Auth.js with an adapter reports a successful sign-out even when deleting the row failed; it only logs the error. Delete the row first yourself, and let its error through.",
      "better-auth with `session.cookieCache` answers from a signed cookie without asking the store, so an ended session stays accepted until that cookie runs out. Switch the cache off.",
    ],
    logout: [
      "Write the logout as a Server Action or as `export async function POST` in a `route.ts`: only these may write cookies, through `await cookies()` (asynchronous since Next.js 15). A Server Component cannot delete a cookie.",
      "`redirect()` works by throwing: call it after the `try` block, or the `catch` swallows it.",
    ],
    "delete-cookie": [
      "`(await cookies()).delete({ name, path, domain })`: with the name alone it deletes the host-only cookie on `/` and no other.",
      "The `cookies()` jar holds one entry per name, so a second deletion of the same name with another Domain replaces the first. For twins, append raw `Set-Cookie` headers to the response of a route handler.",
    ],
    "cookie-flags": [
      '`cookies().set(name, value, { httpOnly: true, secure: process.env.NODE_ENV === "production", sameSite: "lax", path: "/" })`, and the same object for the deletion.',
    ],
    "post-only": [
      "Change no state in a GET handler or while rendering. `<Link>` prefetches what it points to, so a link to the logout signs people out without a click. Use `<form action={logout}>` with a button.",
      "Server Actions compare `Origin` with the host by themselves; route handlers check nothing, so compare `Sec-Fetch-Site` or `Origin` there. Behind a proxy, name the public hosts in `serverActions.allowedOrigins`.",
    ],
    "new-id": [
      "At sign-in, generate a new id on the server and write it with `cookies().set`; never take up an id that the browser brought.",
    ],
    "remember-me": [
      "Auth.js and better-auth have no remember-me token of their own, only a longer session: what remembers here is this project's code or the session cookie's Max-Age. Look for a second lasting cookie.",
    ],
    everywhere: [
      "With stored sessions, delete all rows of the user in one statement. Auth.js has no call for it: delete from its session table by `userId`.",
      "better-auth: `revokeSessions` and `revokeOtherSessions`. It leaves other sessions alive after a change of password unless `revokeOtherSessions: true` is passed, and after a reset unless `revokeSessionsOnPasswordReset` is set.",
    ],
    tokens: [
      "A check in `proxy.ts` (`middleware.ts` before Next.js 16) that only verifies a signature accepts an ended token. Ask the store where the data is read: in one function that every page, action and handler calls.",
    ],
    caching: [
      "Send `Cache-Control: no-store` on private pages through `headers()` in `next.config`, and on each private route handler's response.",
      "The client-side router cache keeps visited pages in memory: after the logout, leave by a full navigation (`window.location.assign`), not by `router.push`.",
      "Never read the session inside `use cache` or `unstable_cache` with a key that does not contain the user.",
    ],
    races: [
      "A proxy or middleware that renews the session cookie does so on prefetches and parallel requests too, and its late `Set-Cookie` can undo a logout. Renew by a conditional update, and set the cookie only when a row was changed.",
    ],
    channels: [
      "In a streaming route handler, look the session up again while the stream runs, and close the controller when it has ended. A WebSocket server beside Next.js has to be told of the end by the logout.",
    ],
    redirect: [
      "`redirect(searchParams.next)` goes wherever the value says. Choose from a fixed list of paths.",
    ],
    cors: [
      "Route handlers send no CORS headers by themselves: look in `headers()` of `next.config`, in `proxy.ts`/`middleware.ts`, and in the hosting's configuration.",
    ],
    errors: [
      "Next.js hides messages of Server Components in a production build, not those that a route handler puts into its response: catch there, log, and answer a fixed text. Make sure production runs `next start`, not `next dev`.",
    ],
    client: [
      "Before leaving the page: `queryClient.clear()` for TanStack Query, for SWR the same through its cache provider (`mutate` with a filter that takes every key, no new data and `revalidate: false`). State in React contexts goes with a full navigation.",
    ],
  },
  test: {
    tool: "Playwright's request context",
    language: "ts",
    code: (paths, kind) => `import { expect, request, test } from "@playwright/test";
import { signIn } from "./sign-in"; // the suite's own helper: resolves to the Cookie header

test("${kind === "replay" ? "credentials from before the logout are refused after it" : "a GET of the logout address ends nothing"}", async () => {
  const api = await request.newContext({ baseURL: ${JSON.stringify(paths.origin)} });
  const headers = { cookie: await signIn(api) };
  const before = await api.get(${JSON.stringify(paths.private)}, { headers, maxRedirects: 0 });
  expect(before.status()).toBe(${paths.signedIn});
${
  kind === "replay"
    ? `  await api.fetch(${JSON.stringify(paths.logout)}, {
    method: ${JSON.stringify(paths.logoutMethod)},
    headers: { ...headers, origin: ${JSON.stringify(paths.origin)} },
    maxRedirects: 0,
  });`
    : `  await api.get(${JSON.stringify(paths.logout)}, { headers, maxRedirects: 0 });`
}
  const after = await api.get(${JSON.stringify(paths.private)}, { headers, maxRedirects: 0 });
  expect(after.status()).toBe(${kind === "replay" ? paths.anonymous : paths.signedIn});
});`,
  },
};
