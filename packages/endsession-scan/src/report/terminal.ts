/** The report on a terminal: the verdict first, then what to mend, then the rest in few words. */
import type { Verdict } from "../audit.ts";
import { coloursOf, paintOf, severityPaint } from "./colours.ts";
import type { Colours } from "./colours.ts";
import { oneLine } from "../plain-text.ts";
import type { Report, ReportAudit, ReportEvidence, ReportVerdict } from "./schema.ts";
import {
  auditsOf,
  duration,
  glyphs,
  moment,
  shortUrl,
  statusOf,
  verdictLabels,
  verdictWords,
} from "./words.ts";
import { apart, columnsOf, cut, wrap } from "./wrap.ts";

export interface TerminalOptions {
  /** Whether to use colours; see `wantsColour`. Default: false. */
  readonly colour?: boolean;
  /** Columns, 70 at least. Default: 80. */
  readonly width?: number;
}

/** Of each finding this many pieces of evidence are shown; the other reports hold all. */
const shownEvidence = 3;
const verdictsShown: readonly Verdict[] = ["fail", "inconclusive", "pass", "not-applicable"];

export function terminalReport(report: Report, options: TerminalOptions = {}): string {
  const page = new Page(options);
  const { colours } = page;
  page.gap();
  heading(page, report);
  for (const warning of report.warnings) {
    page.gap();
    page.labelled("!", oneLine(warning), 2, colours.yellow);
  }
  section(page, "To mend", auditsOf(report, "fail"), (audit) => failed(page, audit, report));
  section(page, "Could not be judged", auditsOf(report, "inconclusive"), (audit) => {
    page.gap();
    page.marked("inconclusive", oneLine(audit.title), audit.id);
    page.text(oneLine(audit.reason), 4);
  });
  section(page, "Passed", auditsOf(report, "pass"), (audit, index) => {
    if (index === 0) page.gap();
    page.marked("pass", oneLine(audit.title), audit.id);
  });
  const absent = auditsOf(report, "not-applicable").map(({ id }) => id);
  if (absent.length > 0) {
    page.gap();
    page.text(`Not applicable: ${absent.join(", ")}`, 2, colours.dim);
  }
  page.gap();
  return page.toString();
}

/** The lines so far, and how a line is set. */
class Page {
  readonly colours: Colours;
  readonly width: number;
  readonly #lines: string[] = [];

  constructor({ colour = false, width = 80 }: TerminalOptions) {
    this.colours = coloursOf(colour);
    this.width = Math.max(width, 70);
  }

  gap(): void {
    this.#lines.push("");
  }

  line(text: string, indent: number): void {
    this.#lines.push(" ".repeat(indent) + text);
  }

  text(text: string, indent: number, paint: (text: string) => string = (it) => it): void {
    for (const line of wrap(text, this.width - indent)) this.line(paint(line), indent);
  }

  /** A label, and a text beside it. */
  labelled(label: string, text: string, indent: number, paint = this.colours.bold): void {
    const column = indent + label.length + 1;
    const [first = "", ...rest] = wrap(text, this.width - column);
    this.line(`${paint(label)} ${first}`, indent);
    for (const line of rest) this.line(line, column);
  }

  /** A glyph and a title, and at the other end of the line what it is called. */
  marked(verdict: Verdict, title: string, aside: string): void {
    const glyph = paintOf(verdict, this.colours)(glyphs[verdict]);
    const room = this.width - 4;
    const lines = wrap(title, Math.max(room - aside.length - 2, 24));
    for (const [index, line] of lines.entries()) {
      const end = " ".repeat(apart(line, aside, room)) + this.colours.dim(aside);
      if (index === 0) this.line(`${glyph} ${line}${end}`, 2);
      else this.line(line, 4);
    }
  }

  toString(): string {
    return `${this.#lines.map((line) => line.trimEnd()).join("\n")}\n`;
  }
}

function section(
  page: Page,
  title: string,
  audits: readonly ReportAudit[],
  each: (audit: ReportAudit, index: number) => void,
): void {
  if (audits.length === 0) return;
  const { bold, dim } = page.colours;
  page.gap();
  page.gap();
  page.line(`${bold(title)}  ${dim(String(audits.length))}`, 2);
  for (const [index, audit] of audits.entries()) each(audit, index);
}

function heading(page: Page, report: Report): void {
  const { bold, dim } = page.colours;
  const paint = paintOf(verdictAs[report.verdict], page.colours);
  const glyph = glyphs[verdictAs[report.verdict]];
  page.line(bold(paint(`${glyph} ${verdictWords[report.verdict]}`)), 2);
  page.text(oneLine(report.headline), 4);
  page.gap();
  page.text(oneLine(report.target), 4);
  const about = [report.browser, moment(report.startedAt), duration(report.took), report.scanner];
  page.text(
    about
      .map((text) => oneLine(text))
      .filter(Boolean)
      .join(" · "),
    4,
    dim,
  );
  page.gap();
  const counts = verdictsShown.map((verdict) => {
    const count = report.counts[verdict];
    const text = `${count} ${verdictLabels[verdict]}`;
    return count === 0 ? dim(text) : paintOf(verdict, page.colours)(text);
  });
  page.line(counts.join(dim("  ·  ")), 4);
}

const verdictAs: Readonly<Record<ReportVerdict, Verdict>> = {
  alive: "fail",
  "cannot-judge": "inconclusive",
  dead: "pass",
};

function failed(page: Page, audit: ReportAudit, report: Report): void {
  const { bold, dim } = page.colours;
  const severity = audit.severity;
  page.gap();
  const title = wrap(oneLine(audit.title), page.width - 6 - severity.length);
  for (const [index, line] of title.entries()) {
    const end = " ".repeat(apart(line, severity, page.width - 4));
    const aside = end + severityPaint(severity, page.colours)(severity);
    if (index === 0) page.line(`${page.colours.red(glyphs.fail)} ${bold(line)}${aside}`, 2);
    else page.line(bold(line), 4);
  }
  page.line(dim(`${audit.id} · CWE-${audit.cwe}`), 4);
  page.text(oneLine(audit.reason), 4);
  for (const evidence of audit.evidence.slice(0, shownEvidence)) {
    shown(page, evidence, report.target);
  }
  const more = audit.evidence.length - shownEvidence;
  if (more > 0) page.line(dim(`… ${more} more in the HTML and JSON reports`), 6);
  page.labelled("Fix:", oneLine(audit.fix), 4);
}

function shown(page: Page, { text, exchange }: ReportEvidence, target: string): void {
  const { dim } = page.colours;
  const [first = "", ...rest] = wrap(oneLine(text), page.width - 6);
  page.line(`${dim("·")} ${first}`, 4);
  for (const line of rest) page.line(line, 6);
  if (exchange === undefined) return;
  const url = shortUrl(exchange.url, target);
  const room = page.width - 6;
  const answered = cut(` → ${oneLine(statusOf(exchange))}`, room / 2);
  const asked = oneLine(`${exchange.method} ${url}`);
  page.line(dim(cut(asked, room - columnsOf(answered)) + answered), 6);
}
