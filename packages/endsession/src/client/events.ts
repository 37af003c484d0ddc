/**
 * Hears of ends by server-sent events. One tab of the origin listens for all of them, since
 * browsers open few connections to a host. What is heard is only a reason to look.
 */

import { asking } from "./ask.ts";
import type { Door } from "./transport.ts";

/** Where the events come from and go to. */
export interface EventsOptions {
  readonly door: Door;
  /** The session itself is said to be over, or may be. */
  readonly over: () => void;
  /** Something else of the user has ended. */
  readonly changed: () => void;
}

/** How soon to connect again, in milliseconds; doubled after each failure, up to a minute. */
const firstPause = 1000;
const longestPause = 60_000;

/** Listens until it is stopped. */
export function listen(options: EventsOptions, signal: AbortSignal): void {
  let turn = takeTurn(options);
  // A page that holds a lock or a connection is not kept for the back button.
  const leave = (): void => turn.abort();
  const onPageShow = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) turn = takeTurn(options);
  };
  addEventListener("pagehide", leave, { signal });
  addEventListener("pageshow", onPageShow, { signal });
  signal.addEventListener("abort", leave);
}

function takeTurn(options: EventsOptions): AbortController {
  const stopped = new AbortController();
  const { signal } = stopped;
  const turn = (): Promise<void> =>
    new Promise((done) => {
      if (signal.aborted) return done();
      connect(options, signal);
      signal.addEventListener("abort", () => done());
    });
  const { locks } = navigator;
  // Without locks (plain http) every tab listens for itself.
  if (locks) locks.request("endsession:events", { signal }, turn).catch(() => undefined);
  else void turn();
  return stopped;
}

const type = "text/event-stream";

function connect({ door, over, changed }: EventsOptions, signal: AbortSignal): void {
  let pause = firstPause;
  let connected = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const heard = (event: string): void => {
    if (event === "over") over();
    if (event === "ended") changed();
  };
  const run = async (): Promise<void> => {
    try {
      const headers = { accept: type };
      const answer = await door.fetch(`${door.url}/events`, { ...asking, headers, signal });
      if (answer.ok && answer.headers.get("content-type") === type && answer.body) {
        // What has ended while nobody listened is found out by looking.
        if (connected) changed();
        connected = true;
        pause = firstPause;
        await readEvents(answer.body, heard);
      } else over();
    } catch {
      // The connection broke; it is made anew.
    }
    if (signal.aborted) return;
    timer = setTimeout(() => void run(), pause);
    pause = Math.min(longestPause, pause * 2);
  };
  signal.addEventListener("abort", () => clearTimeout(timer));
  void run();
}

/** Reads the names of events until the stream ends (the HTML standard, section 9.2). */
async function readEvents(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  heard: (event: string) => void,
): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (text + value).split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith("event:")) heard(line.slice(6).trim());
    // No line of ours is that long: whatever this is, it is no stream of events.
    if (text.length > 10_000) throw new TypeError("no events");
  }
}
