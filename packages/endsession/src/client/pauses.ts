/** How soon the client asks again, in milliseconds. */
export const pauses: Readonly<Record<"renewal" | "unanswered", number>> = {
  /** A newer cookie is on its way to this browser. */
  renewal: 200,
  /** The server has not answered. */
  unanswered: 3000,
};

/** How often to ask for a newer cookie. */
export const renewalTries = 15;

/** Waits. */
export function afterPause(why: keyof typeof pauses): Promise<unknown> {
  return new Promise((resolve) => setTimeout(resolve, pauses[why]));
}
