/** Says what is going on, for as long as it takes. */
import type { Io } from "./streams.ts";

/** Changes what is said. */
export type Tell = (text: string) => void;

/** Keeps one line on a terminal while work is done, and takes it away; elsewhere says nothing. */
export async function withProgress<T>(
  { streams: { stderr } }: Io,
  text: string,
  work: (tell: Tell) => Promise<T>,
): Promise<T> {
  const isTerminal = stderr.isTTY === true;
  const tell: Tell = (now) => {
    if (isTerminal) stderr.write(`\r\u001B[2K${now}`);
  };
  tell(text);
  try {
    return await work(tell);
  } finally {
    tell("");
  }
}
