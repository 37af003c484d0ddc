/** The account: this session, the devices, and the ways to log out. */
import { IdleWarning, useSession } from "endsession/react";
import { type ReactElement, useState } from "react";
import { Devices } from "./devices.tsx";
import { readNote, writeNote } from "./note.ts";
import { ProofDialog } from "./proof-dialog.tsx";
import { idleTimeout } from "./session.ts";
import { inWords, moment, TimeAgo } from "./time.tsx";
import { useProfile } from "./use-profile.ts";

/** Everything that only a signed-in person sees. */
export function Account(): ReactElement {
  const email = useProfile();
  return (
    <>
      <h1>Account</h1>
      <p className="lead">
        Signed in as <strong>{email ?? "…"}</strong>
      </p>
      <Devices />
      <ThisSession />
      <Note />
      <ProofDialog />
      <IdleWarning />
    </>
  );
}

function ThisSession(): ReactElement | null {
  const { session } = useSession();
  if (!session) return null;
  return (
    <section className="panel" aria-labelledby="session-title">
      <div className="panel-head">
        <h2 id="session-title">This session</h2>
        <p>
          To change your <a href="/account#password-title">password</a> or{" "}
          <a href="/account#email-title">email</a>, use the plain pages.
        </p>
      </div>
      <dl className="card facts">
        <div>
          <dt>Device</dt>
          <dd>{session.device}</dd>
        </div>
        <div>
          <dt>Signed in</dt>
          <dd>
            <TimeAgo at={session.createdAt} />
          </dd>
        </div>
        <div>
          <dt>Ends when idle</dt>
          <dd>after {inWords(idleTimeout)}</dd>
        </div>
        <div>
          <dt>Ends by</dt>
          <dd>{moment(session.expiresAt)}</dd>
        </div>
      </dl>
    </section>
  );
}

function Note(): ReactElement {
  const { session } = useSession();
  const userId = session?.userId ?? "";
  const [text, setText] = useState(() => readNote(userId));
  return (
    <section className="panel" aria-labelledby="note-title">
      <div className="panel-head">
        <h2 id="note-title">Draft note</h2>
        <p>Kept in this browser, and gone with the session.</p>
      </div>
      <div className="card field">
        <label htmlFor="note">Your note</label>
        <textarea
          id="note"
          rows={3}
          maxLength={2000}
          value={text}
          aria-describedby="note-hint"
          onChange={({ target }) => {
            setText(target.value);
            writeNote(userId, target.value);
          }}
        />
        <p className="hint" id="note-hint">
          Write something private, and look for it after the logout.
        </p>
      </div>
    </section>
  );
}
