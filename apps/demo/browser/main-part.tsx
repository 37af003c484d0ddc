/** The main part: one of five views, and below it what the client did. */
import { Protected, SessionStatus, useSession } from "endsession/react";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { Account } from "./account.tsx";
import { lock, mark, tick } from "./icons.tsx";
import { SignIn } from "./sign-in.tsx";
import { type View, viewOf } from "./view.ts";
import { WhatHappened } from "./what-happened.tsx";

/** The sentence about the session stands at one place, so that screen readers hear it change. */
export function Main(): ReactElement {
  const session = useSession();
  const [again, setAgain] = useState(false);
  const view = viewOf(session, again);
  const main = useFocus(view);
  useEffect(() => {
    if (view === "account") setAgain(false);
    document.title = `${titles[view]} · endsession demo`;
  }, [view]);
  const isCard = view === "leaving" || view === "locked" || view === "ended";
  return (
    <main id="main" ref={main} className={view === "account" ? "wide" : "narrow"} tabIndex={-1}>
      <div className={isCard ? "card centred" : `view-${view}`}>
        <Head view={view} />
        <SessionStatus />
        <Protected fallback={<Outside view={view} onAgain={() => setAgain(true)} />}>
          <Account />
        </Protected>
      </div>
      <WhatHappened view={view} />
    </main>
  );
}

const titles: Readonly<Record<View, string>> = {
  waiting: "One moment",
  account: "Account",
  leaving: "Logging out",
  locked: "Signed out on this device",
  ended: "Logged out",
  "sign-in": "Sign in",
};

function Head({ view }: { readonly view: View }): ReactElement | null {
  if (view === "waiting" || view === "account") return null;
  if (view === "sign-in") {
    return (
      <>
        <h1>{titles[view]}</h1>
        <p className="lead">
          Sign in on two devices, end one from the other, and watch it go dark at once.
        </p>
      </>
    );
  }
  const icon = { leaving: mark, locked: lock, ended: tick }[view];
  return (
    <>
      <span className={`seal seal-${view}`}>{icon}</span>
      {view === "leaving" ? null : <h1>{titles[view]}</h1>}
    </>
  );
}

interface OutsideProps {
  readonly view: View;
  readonly onAgain: () => void;
}

function Outside({ view, onAgain }: OutsideProps): ReactElement | null {
  if (view === "sign-in") return <SignIn />;
  if (view === "waiting") return <p className="lead waiting">One moment…</p>;
  if (view === "leaving") return null;
  const look = view === "ended" ? "button-primary" : "";
  return (
    <button className={`button button-block ${look}`} type="button" onClick={onAgain}>
      Sign in again
    </button>
  );
}

/** Where the focus was is gone with the view before: it goes on at the beginning of the new one. */
function useFocus(view: View): React.RefObject<HTMLElement | null> {
  const main = useRef<HTMLElement>(null);
  const last = useRef(view);
  useEffect(() => {
    const isFirst = last.current === "waiting";
    last.current = view;
    if (!isFirst && document.activeElement === document.body) main.current?.focus();
  }, [view]);
  return main;
}
