/** Between functions with callbacks, as the libraries of old have them, and promises. */

/** Called once, with an error or with what was asked for. */
export type Callback<T> = (error?: unknown, value?: T) => void;

/** What a function gives to its callback. */
export function called<T>(work: (done: Callback<T>) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    work((error, value) => (error ? reject(error as Error) : resolve(value as T)));
  });
}

/** Tells a callback what became of a promise. What the callback throws is none of the promise's. */
export function calling<T>(work: Promise<T>, callback: Callback<T> = () => undefined): void {
  void tell(work, callback);
}

async function tell<T>(work: Promise<T>, callback: Callback<T>): Promise<void> {
  let told: () => void;
  try {
    const value = await work;
    told = () => callback(null, value);
  } catch (error) {
    told = () => callback(error);
  }
  queueMicrotask(told);
}
