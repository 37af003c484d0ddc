/** The frame of the page, as the plain pages have it. */
import { LogoutButton, Protected, SessionProvider, useSession } from "endsession/react";
import type { ReactElement } from "react";
import { mark } from "./icons.tsx";
import { Main } from "./main-part.tsx";
import { client } from "./session.ts";
import { texts } from "./texts.ts";
import { useProfile } from "./use-profile.ts";

/** The whole page. */
export function App(): ReactElement {
  return (
    <SessionProvider client={client} texts={texts}>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <header className="bar">
        <div className="bar-inner">
          <a className="brand" href="/app">
            {mark}
            <span>endsession</span>
          </a>
          <Who />
        </div>
      </header>
      <Main />
      <footer className="foot">
        <p>A demonstration of endsession: logout that ends the session.</p>
        <p>
          <a href="/">Plain pages</a>
        </p>
      </footer>
    </SessionProvider>
  );
}

/** Who is signed in, and the way out. The button stays while it is busy, and nothing else does. */
function Who(): ReactElement | null {
  const { status } = useSession();
  if (status !== "signed-in" && status !== "signing-out") return null;
  return (
    <div className="who">
      <Protected fallback={null}>
        <Address />
      </Protected>
      <LogoutButton />
    </div>
  );
}

function Address(): ReactElement {
  const email = useProfile();
  return (
    <span className="who-email" title={email ?? undefined}>
      <span className="unseen">Signed in as </span>
      {email}
    </span>
  );
}
