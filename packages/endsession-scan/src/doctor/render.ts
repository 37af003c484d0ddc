/** The doctor's report for a terminal, and for programs. */
import { oneLine } from "../plain-text.ts";
import type { Diagnosis, State } from "./check.ts";
import { states } from "./check.ts";
import type { DoctorReport } from "./doctor.ts";

const signs: Readonly<Record<State, { sign: string; colour: number }>> = {
  ok: { sign: "ok     ", colour: 32 },
  warn: { sign: "look   ", colour: 33 },
  bad: { sign: "wrong  ", colour: 31 },
  unknown: { sign: "unknown", colour: 90 },
};

/**
 * @param options.colour whether the output is a terminal that takes colours. Default: false.
 * @returns text without any control character of the application's
 */
export function renderDoctor(
  report: DoctorReport,
  options: { readonly colour?: boolean } = {},
): string {
  const paint = (text: string, colour: number) =>
    options.colour === true ? `\u001B[${colour}m${text}\u001B[0m` : text;
  const lines = report.diagnoses.flatMap((diagnosis) => told(diagnosis, paint));
  const counts = states
    .map((state) => ({ state, count: countOf(report, state) }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => paint(`${count} ${signs[state].sign.trim()}`, signs[state].colour));
  const signIn =
    report.signIn === null ? "no sign-in page found" : `sign-in at ${oneLine(report.signIn)}`;
  return [
    `${oneLine(report.target)} (${signIn})`,
    "",
    ...lines,
    "",
    `${counts.join(", ")}. ${report.requests} requests in ${(report.took / 1000).toFixed(1)} s, none with a credential.`,
    "Whether the session is dead after a logout only a scan can tell: endsession-scan, with a test account.",
    "",
  ].join("\n");
}

/** The report as JSON, for programs. */
export function doctorJson(report: DoctorReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** 0 when nothing is wrong, 1 when something is. What only deserves a look is no failure. */
export function doctorExitCode(report: DoctorReport): 0 | 1 {
  return report.worst === "bad" ? 1 : 0;
}

function told(diagnosis: Diagnosis, paint: (text: string, colour: number) => string): string[] {
  const { state, title, seen, advice, requirement } = diagnosis;
  const { sign, colour } = signs[state];
  const head = `${paint(sign, colour)}  ${title}`;
  if (state === "ok") return [head];
  return [
    head,
    `         ${oneLine(seen, 1000)}`,
    ...(advice === "" ? [] : [`         → ${advice} ${paint(`(${requirement})`, 90)}`]),
  ];
}

function countOf(report: DoctorReport, state: State): number {
  return report.diagnoses.filter((diagnosis) => diagnosis.state === state).length;
}
