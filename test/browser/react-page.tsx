/** A page with one component of `endsession/react` at a time, for test/react.test.ts to drive. */
import {
  AuthProvider,
  DeviceList,
  IdleWarning,
  LogoutButton,
  LogoutOptions,
  LogoutWithConfirmation,
  Protected,
  SessionProvider,
  SessionStatus,
  useAuth,
  useDevices,
  useLogout,
} from "endsession/react";
import { type ReactNode, StrictMode, Suspense, use, useState } from "react";
import { createRoot, hydrateRoot, type Root } from "react-dom/client";
import { createClientDouble, device, signedIn, signedOut, unconfirmed } from "./client-double.ts";

const never = new Promise<never>(() => undefined);

function Waiting(): ReactNode {
  return use(never);
}

/** Has a state of its own, and can be made to wait for something that never comes. */
function Secret(): ReactNode {
  const [note, setNote] = useState("");
  return (
    <>
      <p id="secret">A secret</p>
      <input aria-label="Note" value={note} onChange={({ target }) => setNote(target.value)} />
      <button onClick={() => setNote("wait")}>Wait</button>
      {note === "wait" && <Waiting />}
      <LogoutButton />
    </>
  );
}

function Auth(): ReactNode {
  const { logout, clearTokens, ...rest } = useAuth();
  return (
    <>
      <output>{JSON.stringify(rest)}</output>
      <button onClick={() => void logout()}>logout</button>
      <button onClick={clearTokens}>clearTokens</button>
    </>
  );
}

function Logout(): ReactNode {
  const { logout, loading } = useLogout();
  return (
    <>
      <output>{loading ? "loading" : "ready"}</output>
      <button onClick={() => void logout({ scope: "others" })}>others</button>
      <button onClick={() => void logout()}>current</button>
    </>
  );
}

function DeviceNames(): ReactNode {
  return <output>{JSON.stringify(useDevices())}</output>;
}

const scenes: Readonly<Record<string, ReactNode>> = {
  button: <LogoutButton />,
  "button of the others": <LogoutButton scope="others" />,
  "button with words": (
    <LogoutButton texts={{ loggingOut: "Einen Moment…" }}>Abmelden</LogoutButton>
  ),
  confirmation: <LogoutWithConfirmation />,
  options: <LogoutOptions />,
  devices: <DeviceList />,
  "device names": <DeviceNames />,
  idle: (
    <>
      <button>Work</button>
      <IdleWarning />
    </>
  ),
  status: <SessionStatus />,
  protected: (
    <>
      <Protected fallback={<p>Nobody</p>} loading={<p>Loading</p>}>
        <Secret />
      </Protected>
      <SessionStatus />
    </>
  ),
  "protected with a fallback that waits": (
    <Suspense fallback="Waiting">
      <Protected fallback={<Waiting />}>
        <Secret />
      </Protected>
    </Suspense>
  ),
  "protected inside of what waits": (
    <Suspense fallback="Waiting">
      <Protected fallback={<p>Nobody</p>}>
        <Secret />
      </Protected>
    </Suspense>
  ),
  auth: <Auth />,
  logout: <Logout />,
};

let root: Root;
let double = createClientDouble();

/** Shows a scene. */
function show(name: string, state = signedIn): void {
  double = createClientDouble(state);
  root = createRoot(container());
  const Provider = name === "auth" ? AuthProvider : SessionProvider;
  root.render(
    <StrictMode>
      <Provider client={double.client}>{scenes[name]}</Provider>
    </StrictMode>,
  );
}

/** Takes over what the server has rendered for a signed-in person. */
function hydrate(): void {
  double = createClientDouble({});
  root = hydrateRoot(
    container(),
    <SessionProvider client={double.client} initialState={signedIn}>
      <Protected fallback={<p>Nobody</p>}>
        <p id="secret">A secret</p>
      </Protected>
    </SessionProvider>,
  );
}

function container(): HTMLElement {
  const found = document.querySelector<HTMLElement>("#root");
  if (found === null) throw new Error("The page has no #root.");
  return found;
}

Object.assign(globalThis, {
  show,
  hydrate,
  device,
  signedIn,
  signedOut,
  unconfirmed,
  unmount: () => root.unmount(),
});
Object.defineProperty(globalThis, "double", { get: () => double });
