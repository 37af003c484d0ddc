/** The draft note: something private that lives in this browser until the end. */

const prefix = "demo:note:";

/** The keys of all notes in `localStorage`, as the manifest names them. */
export const noteKeys: string = `${prefix}*`;

/** Whether there is any. */
export function hasNote(): boolean {
  return quietly(() => Object.keys(localStorage).some((key) => key.startsWith(prefix)), false);
}

/** The note of a user; empty when there is none. */
export function readNote(userId: string): string {
  return quietly(() => localStorage.getItem(prefix + userId) ?? "", "");
}

/** Keeps the note of a user. */
export function writeNote(userId: string, text: string): void {
  quietly(() => {
    if (text === "") localStorage.removeItem(prefix + userId);
    else localStorage.setItem(prefix + userId, text);
  }, undefined);
}

/** Where storage is blocked, a note lives as long as its field. */
function quietly<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    return otherwise;
  }
}
