/** What the client did, in plain words, as it happens. It outlives the session. */
import { type ReactElement, useSyncExternalStore } from "react";
import { journal } from "./session.ts";
import type { View } from "./view.ts";

const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/** The panel; beside the account it has two columns like the others. */
export function WhatHappened({ view }: { readonly view: View }): ReactElement | null {
  const entries = useSyncExternalStore(journal.subscribe, journal.get);
  if (entries.length === 0) return null;
  const isWide = view === "account";
  return (
    <section className={isWide ? "panel happened" : "aside happened"} aria-labelledby="happened">
      <div className="panel-head">
        <h2 id="happened">What the client did</h2>
        {isWide && <p>In this page, in plain words, the newest first.</p>}
      </div>
      <ol className={isWide ? "card" : undefined}>
        {entries.map(({ id, at, text }) => (
          <li key={id}>
            <time dateTime={new Date(at).toISOString()}>{clock.format(at)}</time>
            <span>{text}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
