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

/** Hides and shows by itself from now on; gives the function that stops it. */
export function hangCurtain(mayRise: MayRise): () => void {
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
  const onResume = (): void => void back();
  addEventListener("pagehide", onPageHide);
  addEventListener("pageshow", onPageShow);
  document.addEventListener("freeze", fall);
  document.addEventListener("resume", onResume);
  return () => {
    removeEventListener("pagehide", onPageHide);
    removeEventListener("pageshow", onPageShow);
    document.removeEventListener("freeze", fall);
    document.removeEventListener("resume", onResume);
    rise();
  };
}
