/**
 * Hides the page while nobody knows whether it may be seen: a page that comes back from the
 * back/forward cache, or from a freeze, shows what it showed when it was left (CA-02, CA-03). The
 * curtain falls when the page is left, so that what is stored is hidden already.
 */

/** What the curtain asks when the page is back: whether it may rise. */
export type MayRise = () => Promise<boolean>;

/** Hides the page, until it is left or {@link hangCurtain} shows it again. */
export function fall(): void {
  document.documentElement.style.setProperty("visibility", "hidden", "important");
}

/** Hides and shows by itself from now on, until it is stopped. */
export function hangCurtain(mayRise: MayRise, signal: AbortSignal): void {
  const rise = (): void => void document.documentElement.style.removeProperty("visibility");
  const back = async (): Promise<void> => {
    fall();
    if (await mayRise()) rise();
  };
  const onPageHide = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) fall();
  };
  const onPageShow = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) void back();
  };
  addEventListener("pagehide", onPageHide, { signal });
  addEventListener("pageshow", onPageShow, { signal });
  document.addEventListener("freeze", fall, { signal });
  document.addEventListener("resume", () => void back(), { signal });
  signal.addEventListener("abort", rise);
}
