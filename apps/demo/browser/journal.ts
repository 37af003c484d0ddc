/** Says in sentences what the client did. Nothing of it tells who was signed in. */
import type { Client, ClientState } from "endsession/client";
import { createStore, type Store } from "./store.ts";

/** One thing that happened. */
export interface Entry {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly text: string;
}

/** What happened, the newest first. */
export interface Journal extends Pick<Store<readonly Entry[]>, "get" | "subscribe"> {
  readonly follow: (client: Client) => void;
  /** To be called when everything of the manifest has been cleared. */
  readonly cleared: () => void;
}

const most = 6;

/** `held` names the private things that are there right now. */
export function createJournal(held: () => readonly string[]): Journal {
  const { get, set, subscribe } = createStore<readonly Entry[]>([]);
  let number = 0;
  let before: readonly string[] = [];
  const say = (text: string): void => {
    number += 1;
    // What happens twice in a row is told once.
    const rest = get()[0]?.text === text ? get().slice(1) : get();
    set([{ id: number, at: Date.now(), text }, ...rest].slice(0, most));
  };
  return {
    get,
    subscribe,
    follow(client) {
      let last = client.getState();
      client.subscribe((state) => {
        const now = last;
        last = state;
        if (now.status === "signed-in" && state.status !== "signed-in") before = held();
        for (const text of changes(now, state)) say(text);
      });
    },
    cleared() {
      const rest = held();
      const gone = before.filter((name) => !rest.includes(name));
      if (gone.length > 0) say(`Cleared ${gone.join(" and ")}.`);
      before = [];
    },
  };
}

/** What is to be said of a change. */
function changes(from: ClientState, to: ClientState): string[] {
  const said: string[] = [];
  if (from.status !== to.status || from.reason !== to.reason) {
    const text = ofStatus(from, to);
    if (text) said.push(text);
  }
  if (from.session && to.session && from.session.id !== to.session.id) {
    said.push("The session goes on under a new id, after a fresh proof or an end of the others.");
  }
  if (to.session && from.devicesChanged !== to.devicesChanged) {
    said.push("Heard that something changed on another device: the list is read anew.");
  }
  if (!from.idleWarning && to.idleWarning) said.push("Nobody was active: a warning is shown.");
  if (from.idleWarning && !to.idleWarning && to.session) said.push("Somebody is still here.");
  if (from.leftovers !== to.leftovers && !to.session && to.status !== "loading") {
    const found = to.leftovers.join(", ") || "nothing";
    said.push(`Looked for what is left over: ${found}.`);
  }
  return said;
}

function ofStatus({ status: before }: ClientState, { status, reason }: ClientState): string | null {
  switch (status) {
    case "loading":
      return null;
    case "signed-in":
      return "The server says that the session is live: you are signed in.";
    case "signing-out":
      return "Took everything of yours off this page, and asks the server to end the session.";
    case "signed-out-locally":
      return "The server could not be reached. This device is locked, and the client goes on trying.";
    case "signed-out":
      if (before === "signing-out" || before === "signed-out-locally") {
        return "The server has confirmed the end: the session is over for every copy of it, too.";
      }
      return reason === "not_signed_in"
        ? "The server says that nobody is signed in here."
        : "The server says that the session is over. Took everything of yours off this page.";
  }
}
