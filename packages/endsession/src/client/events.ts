/**
 * Hears of ends by server-sent events. One tab of the origin listens for all of them, since
 * browsers open few connections to a host. What is heard is only a reason to look.
 */

/** Where the events come from and go to. */
export interface EventsOptions {
  readonly url: string;
  /** The session itself is said to be over, or may be. */
  readonly over: () => void;
  /** Something else of the user has ended. */
  readonly changed: () => void;
}

/** How soon to try again after a refusal, in milliseconds; doubled each time up to a minute. */
const firstPause = 2000;
const longestPause = 60_000;

/** Listens; gives the function that stops it. */
export function listen(options: EventsOptions): () => void {
  let stop = takeTurn(options);
  // A page that holds a lock or a connection is not kept for the back button.
  const onPageHide = (): void => stop();
  const onPageShow = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) stop = takeTurn(options);
  };
  addEventListener("pagehide", onPageHide);
  addEventListener("pageshow", onPageShow);
  return () => {
    stop();
    removeEventListener("pagehide", onPageHide);
    removeEventListener("pageshow", onPageShow);
  };
}

function takeTurn(options: EventsOptions): () => void {
  const stopped = new AbortController();
  const { signal } = stopped;
  const turn = (): Promise<void> =>
    new Promise((done) => {
      if (signal.aborted) return done();
      const close = connect(options);
      signal.addEventListener("abort", () => {
        close();
        done();
      });
    });
  const { locks } = navigator;
  // Without locks (plain http) every tab listens for itself.
  if (locks) locks.request("endsession:events", { signal }, turn).catch(() => undefined);
  else void turn();
  return () => stopped.abort();
}

function connect({ url, over, changed }: EventsOptions): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pause = firstPause;
  const open = (): void => {
    source = new EventSource(`${url}/events`, { withCredentials: true });
    source.addEventListener("hello", () => {
      pause = firstPause;
    });
    source.addEventListener("resync", changed);
    source.addEventListener("ended", changed);
    source.addEventListener("over", over);
    source.addEventListener("error", () => {
      // The browser tries again by itself, unless it was refused: then the session may be over.
      if (source?.readyState !== EventSource.CLOSED) return;
      over();
      timer = setTimeout(open, pause);
      pause = Math.min(longestPause, pause * 2);
    });
  };
  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
