/** The drawings of the plain pages. All are decoration: the words beside them say the same. */
import type { ReactElement, ReactNode } from "react";

/** The mark of the product: a ring that is closed by its end. */
export const mark: ReactElement = (
  <svg className="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
    <path
      d="M16.9 5.1a8.5 8.5 0 1 0 0 13.8"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.6"
      strokeLinecap="round"
    />
    <circle cx="19" cy="12" r="2.6" fill="currentColor" />
  </svg>
);

/** A tick in a circle. */
export const tick: ReactElement = icon(
  <>
    <circle cx="12" cy="12" r="9" />
    <path d="m8.2 12.4 2.6 2.6 5-5.6" />
  </>,
);

/** An exclamation mark in a circle. */
export const alert: ReactElement = icon(
  <>
    <circle cx="12" cy="12" r="9" />
    <path d="M12 7.6v5M12 16.2v.1" />
  </>,
);

/** A closed lock. */
export const lock: ReactElement = icon(
  <>
    <rect x="5" y="10.5" width="14" height="9.5" rx="2" />
    <path d="M8.2 10.5V8a3.8 3.8 0 0 1 7.6 0v2.5" />
  </>,
);

const laptop = icon(
  <>
    <rect x="4.5" y="5" width="15" height="10.5" rx="1.6" />
    <path d="M2.5 19h19" />
  </>,
);
const phone = icon(
  <>
    <rect x="7" y="2.8" width="10" height="18.4" rx="2.2" />
    <path d="M11 18h2" />
  </>,
);

/** The drawing that fits a device, by its name. */
export function deviceIcon(name: string): ReactElement {
  return /iPhone|iPad|iOS|Android/u.test(name) ? phone : laptop;
}

function icon(shapes: ReactNode): ReactElement {
  return (
    <svg
      className="icon"
      viewBox="0 0 24 24"
      width="24"
      height="24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {shapes}
    </svg>
  );
}
