/** How soon the client asks again. */

/** While a newer cookie is on its way to this browser, in milliseconds. */
export const renewalPause = 200;

/** How often to ask for a newer cookie. */
export const renewalTries = 15;

/** When the server has not answered, in milliseconds. */
export const unansweredPause = 3000;

/** Waits, for so many milliseconds. */
export function wait(pause: number): Promise<unknown> {
  return new Promise((resolve) => setTimeout(resolve, pause));
}
