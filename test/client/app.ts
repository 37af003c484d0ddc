/** The application that the tests drive: it shows a secret while somebody is signed in. */
import { type Client, type ClientState, createClient } from "endsession/client";
import { bearer } from "endsession/client/bearer";

declare global {
  interface Window {
    client: Client;
    states: string[];
    nonce: number;
    load: () => Promise<void>;
    createClient: typeof createClient;
  }
}

const settings = new URLSearchParams(location.search);
const number = (name: string): number | null =>
  settings.has(name) ? Number(settings.get(name)) : null;
const timeout = number("idle");
const warning = number("warning");

/** As a dialog would that asks for the password. */
async function prove(): Promise<boolean> {
  const body = JSON.stringify({ password: settings.get("prove") });
  const headers = { accept: "application/json", "content-type": "application/json" };
  return (await fetch("/reauthenticate", { method: "POST", headers, body })).ok;
}

const cache = new Map<string, string>();
const client = createClient({
  manifest: {
    localStorage: ["cart", "user:*"],
    indexedDB: ["drafts"],
    caches: ["user-*"],
    serviceWorker: true,
    queries: [{ name: "cache", clear: () => cache.clear(), size: () => cache.size }],
  },
  ...(timeout !== null && { idle: { timeout, ...(warning !== null && { warning }) } }),
  ...(settings.has("bearer") && { transport: bearer() }),
  ...(settings.has("migrate") && {
    transport: bearer({ migrateFrom: "old_refresh_token" }),
  }),
  ...(settings.has("close") && { endOnClose: true }),
  ...(settings.has("quiet") && { events: false }),
  ...(settings.has("to") && { redirectTo: settings.get("to") ?? "" }),
  ...(settings.has("quiet") && { events: false }),
  ...(settings.has("prove") && { reauthenticate: prove }),
  // A router that stays where it is, unless the page is to be one without.
  ...(!settings.has("plain") && { navigate: (to: string) => history.pushState({}, "", to) }),
});

window.client = client;
window.createClient = createClient;
window.states = [];
window.nonce = Math.random();

const root = document.querySelector("#root") as HTMLElement;
const show = (state: ClientState): void => {
  if (window.states.at(-1) !== state.status) window.states.push(state.status);
  root.dataset["status"] = state.status;
  if (state.status === "signed-in") {
    const secret = cache.get("secret") ?? "loading";
    root.innerHTML = "<h1>Private</h1><p id=secret></p><p id=warning></p>";
    (root.querySelector("#secret") as HTMLElement).textContent = secret;
    const text = state.idleWarning ? "You will be signed out soon" : "";
    (root.querySelector("#warning") as HTMLElement).textContent = text;
  } else {
    root.innerHTML = "<h1>Public</h1><p id=message></p><p id=reason></p>";
    (root.querySelector("#message") as HTMLElement).textContent = state.message ?? "";
    (root.querySelector("#reason") as HTMLElement).textContent = state.reason ?? "";
  }
};
client.subscribe(show);

window.load = async (): Promise<void> => {
  const answer = await client.fetch("/api");
  const { secret } = (await answer.json()) as { secret: string };
  cache.set("secret", secret);
  show(client.getState());
};

if (settings.has("worker")) {
  await navigator.serviceWorker.register("/worker.js");
  await navigator.serviceWorker.ready;
}
await client.start();
if (client.getState().status === "signed-in") await window.load();
