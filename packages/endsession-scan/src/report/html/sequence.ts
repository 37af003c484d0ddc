/**
 * The scan as a sequence diagram, drawn as SVG from its real steps: a lifeline for each device, for
 * the clients that never signed in, and for the application. Drawn twice, for wide and narrow pages.
 */
import { oneLine } from "../../plain-text.ts";
import type { Report, ReportStep } from "../schema.ts";
import { counted, duration, shortUrl } from "../words.ts";
import { cut, wrap } from "../wrap.ts";
import { markup } from "./markup.ts";
import type { Markup } from "./markup.ts";

interface Geometry {
  readonly name: "wide" | "narrow";
  readonly width: number;
  /** Where the first and the last lifeline of the clients, and the application's, stand. */
  readonly lives: readonly [first: number, last: number, application: number];
  /** Width of a box, and of a letter. */
  readonly box: number;
  readonly letter: number;
  /** Whether a text stands over the whole width, not over its arrow. */
  readonly over: boolean;
}

const geometries: readonly Geometry[] = [
  { name: "wide", width: 876, lives: [124, 420, 812], box: 112, letter: 6.6, over: false },
  { name: "narrow", width: 335, lives: [36, 196, 299], box: 72, letter: 6.1, over: true },
];

/** A longer scan is told to the end by the timeline. */
const mostRows = 60;
const headHeight = 34;

interface Row {
  readonly step: ReportStep;
  times: number;
}

export function sequence(report: Report): readonly Markup[] {
  return geometries.map((geometry) => diagram(report, geometry));
}

function diagram(report: Report, geometry: Geometry): Markup {
  const all = rowsOf(report.steps);
  const rows = all.slice(0, mostRows);
  const lives = lifelines(rows, geometry);
  const [first = 0, second = geometry.width] = lives.values();
  const gap = second - first;
  let y = headHeight + 18;
  const drawn = rows.map((row) => {
    const { part, height } = rowOf(row, y, lives, report.target, geometry);
    y += height;
    return part;
  });
  const more = all.length - rows.length;
  const height = y + headHeight + (more > 0 ? 28 : 10);
  const heads = (top: number): Markup[] =>
    [...lives].map(([name, x]) => headOf(name, x, top, gap, geometry));
  return markup`<svg class="sequence ${geometry.name}" viewBox="0 0 ${geometry.width} ${height}" role="img" aria-label="Sequence of the scan; the timeline below tells the same in words">
${[...lives.values()].map((x) => markup`<line class="life" x1="${x}" x2="${x}" y1="${headHeight}" y2="${y + 6}"/>`)}
${heads(1)}${drawn}${heads(y + 6)}
${more > 0 ? markup`<text class="when" x="0" y="${height - 4}">… and ${counted(more, "more step")}, in the timeline</text>` : null}
</svg>
`;
}

/** Steps that only repeat the one before are told once. */
function rowsOf(steps: readonly ReportStep[]): Row[] {
  const rows: Row[] = [];
  for (const step of steps) {
    const last = rows.at(-1);
    if (last !== undefined && sameAs(last.step, step)) last.times += 1;
    else rows.push({ step, times: 1 });
  }
  return rows;
}

function sameAs(a: ReportStep, b: ReportStep): boolean {
  return (
    a.by === b.by &&
    a.what === b.what &&
    a.exchange?.url === b.exchange?.url &&
    a.exchange?.status === b.exchange?.status
  );
}

/** Devices after the second are spent on one act each: they share a lifeline. */
function lifeOf(by: string): string {
  if (by === "A" || by === "B") return `Device ${by}`;
  return isFurther(by) ? "More devices" : "Fresh client";
}

function isFurther(by: string): boolean {
  return /^[C-Z]$/u.test(by);
}

const order = ["Device A", "Device B", "More devices", "Fresh client"];

/** Names and places from left to right, the application last. */
function lifelines(
  rows: readonly Row[],
  { lives: [first, last, application] }: Geometry,
): ReadonlyMap<string, number> {
  const seen = new Set(["Device A", ...rows.map(({ step }) => lifeOf(step.by))]);
  const names = order.filter((name) => seen.has(name));
  const gap = names.length > 1 ? (last - first) / (names.length - 1) : 0;
  const places = names.map((name, index): [string, number] => [name, round(first + index * gap)]);
  return new Map([...places, ["Application", application]]);
}

const shortNames: Readonly<Record<string, string>> = {
  Application: "App",
  "Fresh client": "Fresh",
  "More devices": "More",
};

/** Where many stand side by side, a device is called by its letter alone. */
function headOf(name: string, x: number, top: number, gap: number, geometry: Geometry): Markup {
  const { box, letter, over } = geometry;
  const short = over ? (shortNames[name] ?? name) : name;
  const widthOf = (text: string): number =>
    over ? Math.max(text.length * (letter + 0.3) + 12, 28) : Math.min(box, gap - 6);
  const label = over && widthOf(short) + 6 > gap ? short.replace(/^Device /u, "") : short;
  const width = widthOf(label);
  return markup`<g class="who"><rect x="${round(x - width / 2)}" y="${top}" width="${round(width)}" height="${headHeight - 6}" rx="7"/><text x="${x}" y="${top + 18.5}">${label}</text></g>`;
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}

function rowOf(
  { step, times }: Row,
  y: number,
  lives: ReadonlyMap<string, number>,
  target: string,
  geometry: Geometry,
): { readonly part: Markup; readonly height: number } {
  const from = lives.get(lifeOf(step.by)) ?? 0;
  const to = lives.get("Application") ?? geometry.width;
  const { letter, over, width } = geometry;
  const left = over ? 46 : from + 14;
  const room = Math.floor(
    ((over ? width : step.exchange === undefined ? width : to) - left - 12) / letter,
  );
  const who = isFurther(step.by) ? `${step.by} ` : "";
  const said = wrap(oneLine(`${who}${step.what}${times > 1 ? ` ×${times}` : ""}`), room);
  const lineHeight = 16;
  const arrow = y + said.length * lineHeight + 2;
  const text = said.map(
    (line, index) =>
      markup`<text class="say" x="${left}" y="${y + 12 + index * lineHeight}">${line}</text>`,
  );
  const when = markup`<text class="when" x="0" y="${y + 12}">${duration(step.at)}</text>`;
  const tone = step.tone ?? "plain";
  if (step.exchange === undefined) {
    const dot = over ? arrow + 2 : y + 8;
    return {
      part: markup`<g class="${tone}">${when}<circle class="dot" cx="${from}" cy="${dot}" r="3.5"/>${text}</g>\n`,
      height: said.length * lineHeight + (over ? 20 : 16),
    };
  }
  const { method, url, status } = step.exchange;
  const answer = status === 0 ? "no answer" : String(status);
  const asked = cut(oneLine(`${method} ${shortUrl(url, target)}`), room - answer.length - 3);
  return {
    part: markup`<g class="${tone}">${when}<path class="arrow" d="M${from} ${arrow + 3}H${to - 7}"/><path class="head" d="M${to} ${arrow + 3}l-9 -4v8z"/>${text}<text class="ask" x="${left}" y="${arrow + 18}">${asked} → ${answer}</text></g>\n`,
    height: said.length * lineHeight + 40,
  };
}
