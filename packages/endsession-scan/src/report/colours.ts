/** The few colours of the terminal reports, or none. */
import type { Severity, Verdict } from "../audit.ts";

type Paint = (text: string) => string;

export interface Colours {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
}

/** Whether this stream wants colours: a terminal that does not refuse them (https://no-color.org). */
export function wantsColour(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  const refused = (environment["NO_COLOR"] ?? "") !== "" || environment["TERM"] === "dumb";
  return stream.isTTY === true && !refused;
}

export function coloursOf(wanted: boolean): Colours {
  const paint =
    (open: number, close: number): Paint =>
    (text) =>
      wanted && text !== "" ? `\u001B[${open}m${text}\u001B[${close}m` : text;
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
  };
}

export function paintOf(verdict: Verdict, colours: Colours): Paint {
  switch (verdict) {
    case "fail":
      return colours.red;
    case "inconclusive":
      return colours.yellow;
    case "pass":
      return colours.green;
    case "not-applicable":
      return colours.dim;
  }
}

export function severityPaint(severity: Severity, colours: Colours): Paint {
  if (severity === "critical" || severity === "high") return colours.red;
  return severity === "medium" ? colours.yellow : colours.dim;
}
