/** A double of the browser client: it answers when the test says so, and never asks a server. */
import type { Logout, SessionProviderProps } from "endsession/react";

type Client = SessionProviderProps["client"];
type State = ReturnType<Client["getState"]>;
type Device = NonNullable<State["session"]>;
type Result = NonNullable<Logout["result"]>;

export interface ClientDouble {
  readonly client: Client;
  /** What was called, such as `logout others`. */
  readonly calls: string[];
  /** How many listen. */
  readonly listeners: () => number;
  /** What `devices` reads, or the sentence with which it fails; null is never answered. */
  devices: readonly Device[] | string | null;
  /** The sentence with which `endDevice` and `stayActive` fail; null lets them succeed. */
  refusal: string | null;
  /** Changes the state and tells the listeners. */
  readonly set: (part: Partial<State>) => void;
  /** Answers the logouts that are under way. */
  readonly confirm: (confirmed: boolean) => void;
  /** Answers the reading of devices that has waited longest. */
  readonly answerDevices: (devices: readonly Device[]) => void;
}

export const unconfirmed = "This device is locked. The server has not confirmed the end yet.";

export const device = (id: string, name: string, more: Partial<Device> = {}): Device => ({
  id,
  userId: "user-42",
  device: name,
  createdAt: 0,
  lastSeenAt: 0,
  expiresAt: 1e15,
  place: null,
  current: false,
  reauthenticationRequired: false,
  ...more,
});

const laptop = device("laptop", "Firefox on Linux", { current: true });
const phone = device("phone", "Safari on iPhone", { place: "Lisbon" });

export const signedIn: Partial<State> = { status: "signed-in", session: laptop, reason: null };
export const signedOut: Partial<State> = { session: null, idleWarning: null, message: null };

export function createClientDouble(part: Partial<State> = signedIn): ClientDouble {
  let state: State = {
    status: "loading",
    session: null,
    reason: null,
    message: null,
    leftovers: [],
    devicesChanged: 0,
    idleWarning: null,
    ...part,
  };
  const listeners = new Set<(state: State) => void>();
  const logouts: ((confirmed: boolean) => void)[] = [];
  const readings: ((devices: readonly Device[]) => void)[] = [];
  const calls: string[] = [];
  const refuse = (): void => {
    if (double.refusal !== null) throw new Error(double.refusal);
  };
  const asked = async (name: string): Promise<State> => {
    calls.push(name);
    return state;
  };
  const double: ClientDouble = {
    calls,
    listeners: () => listeners.size,
    devices: [laptop, phone],
    refusal: null,
    set(change) {
      state = { ...state, ...change };
      for (const listener of listeners) listener(state);
    },
    confirm(confirmed) {
      for (const answer of logouts.splice(0)) answer(confirmed);
    },
    answerDevices: (devices) => readings.shift()?.(devices),
    client: {
      getState: () => state,
      subscribe(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      start: () => asked("start"),
      signedIn: () => asked("signedIn"),
      check: () => asked("check"),
      logout({ scope = "current" } = {}) {
        calls.push(`logout ${scope}`);
        if (scope !== "others") double.set({ ...signedOut, status: "signing-out" });
        return new Promise<Result>((resolve) => {
          logouts.push((confirmed) => {
            const message = confirmed ? null : unconfirmed;
            if (scope !== "others") {
              const status = confirmed ? "signed-out" : "signed-out-locally";
              double.set({ ...signedOut, status, message, reason: "logged_out" });
            }
            resolve({ confirmed, status: state.status, message });
          });
        });
      },
      fetch: (...args) => fetch(...args),
      async devices() {
        calls.push("devices");
        const { devices } = double;
        if (devices === null) return new Promise((resolve) => readings.push(resolve));
        if (typeof devices === "string") throw new Error(devices);
        return devices;
      },
      async endDevice(sessionId) {
        calls.push(`endDevice ${sessionId}`);
        refuse();
        if (typeof double.devices !== "object" || double.devices === null) return;
        double.devices = double.devices.filter(({ id }) => id !== sessionId);
      },
      async stayActive() {
        calls.push("stayActive");
        refuse();
        double.set({ idleWarning: null });
      },
      stop: () => void calls.push("stop"),
    },
  };
  return double;
}
