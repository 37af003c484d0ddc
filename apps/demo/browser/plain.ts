/**
 * The only script of the plain pages: leaves when the session of the page is over, whichever tab or
 * device has ended it. Without it the pages do everything else.
 */
import { createClient } from "endsession/client";
import { noteKeys } from "./note.ts";

/** Where what is over leads; the single page knows of ends that the server has not confirmed. */
const exits: Readonly<Record<string, string>> = {
  "signed-out": "/logged-out",
  "signed-out-locally": "/app",
};

/** How long the answer to a form may lead on before the page leaves by itself, in milliseconds. */
const patience = 3000;

// What the single page keeps in this browser goes here as well.
const client = createClient({ manifest: { localStorage: [noteKeys] } });

let sent = false;
addEventListener("submit", () => {
  sent = true;
});

/** Where the page is on its way to: a second start would break off the first. */
let leaving: string | undefined;

/** Whose page it is. */
let user: string | null = null;
client.subscribe(({ status, session }) => {
  user ??= session?.userId ?? null;
  if (session && session.userId !== user) location.reload();
  if (status === "loading" || status === "signed-in") return;
  document.documentElement.hidden = true;
  const exit = exits[status];
  if (exit === undefined || exit === leaving) return;
  leaving = exit;
  setTimeout(() => location.replace(exit), sent ? patience : 0);
});
await client.start();
