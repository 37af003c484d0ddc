/** The devices on which a person is signed in, this one first. */
import type { Session } from "endsession";
import { html, type Html } from "./html.ts";
import { deviceIcon } from "./icons.ts";
import { timeAgo } from "./time.ts";

/** What the list shows. */
export interface DevicesView {
  /** The session of this very request. */
  readonly current: Session;
  /** All live sessions of the account, the current one among them. */
  readonly sessions: readonly Session[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The list, with the acts that end other sessions. */
export function deviceList({ current, sessions, now }: DevicesView): Html {
  const others = sessions.filter(({ id }) => id !== current.id);
  return html`<section class="panel" aria-labelledby="devices-title">
    <div class="panel-head">
      <h2 id="devices-title">Devices</h2>
      <p>Where you are signed in now. What you end here stops at once, wherever it is.</p>
    </div>
    <div class="card">
      <ul class="devices">
        ${device(current, now, html`<span class="badge">This device</span>`)}
        ${others.map((session) => device(session, now, endButton(session)))}
      </ul>
      <div class="acts acts-apart">
        <form method="post" action="/logout/all">
          <input type="hidden" name="keep_current" value="true" />
          <input type="hidden" name="next" value="/account?done=others_ended" />
          <button class="button" type="submit">Log out other devices</button>
        </form>
        <form method="post" action="/logout/all">
          <button class="button button-danger" type="submit">Log out everywhere</button>
        </form>
      </div>
    </div>
  </section>`;
}

function device(session: Session, now: number, act: Html): Html {
  return html`<li class="device">
    <span class="device-icon">${deviceIcon(session.device)}</span>
    <div class="device-text" id="${textId(session)}">
      <p class="device-name">${session.device.name}</p>
      <p class="device-facts">
        <span>Last seen ${timeAgo(session.lastSeenAt, now)}</span>
        <span>Signed in ${timeAgo(session.createdAt, now)}</span>
        <span>${methodOf(session)}</span>
        ${session.place === null ? null : html`<span>${session.place}</span>`}
      </p>
    </div>
    <div class="device-act">${act}</div>
  </li>`;
}

function endButton(session: Session): Html {
  return html`<form method="post" action="/sessions/${encodeURIComponent(session.id)}/end">
    <input type="hidden" name="next" value="/account?done=device_ended" />
    <button class="button button-small" type="submit" aria-describedby="${textId(session)}">
      End
    </button>
  </form>`;
}

function textId({ id }: Session): string {
  return `device-${id}`;
}

function methodOf({ methods }: Session): string {
  if (methods.includes("remember_me")) return "Remembered";
  return methods.includes("pwd") ? "Password" : "Other sign-in";
}
