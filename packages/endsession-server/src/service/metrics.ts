/** Counters and histograms in the text format of Prometheus (version 0.0.4). */

type Labels = Readonly<Record<string, string>>;

/** A number that only rises. */
export interface Counter {
  add(labels?: Labels, by?: number): void;
}

/** How many observations fell below each bound. */
export interface Histogram {
  observe(labels: Labels, value: number): void;
}

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly lines: () => string[] | Promise<string[]>;
}

/** The metrics of one process. */
export class Metrics {
  readonly #all: Metric[] = [];

  /** A counter. `zero` are the labels that are there before anything was counted. */
  counter(name: string, help: string, zero: readonly Labels[] = [{}]): Counter {
    const values = new Map<string, number>(zero.map((labels) => [textOf(labels), 0]));
    this.#all.push({
      name,
      help,
      type: "counter",
      lines: () => [...values].map(([labels, value]) => `${name}${labels} ${value}`),
    });
    return {
      add(labels = {}, by = 1) {
        const key = textOf(labels);
        values.set(key, (values.get(key) ?? 0) + by);
      },
    };
  }

  /** A value that is asked for when somebody looks. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void {
    const lines = async (): Promise<string[]> => [`${name} ${await read()}`];
    this.#all.push({ name, help, type: "gauge", lines });
  }

  /** A histogram with upper bounds that rise. */
  histogram(name: string, help: string, bounds: readonly number[]): Histogram {
    const series = new Map<string, { labels: Labels; counts: number[]; sum: number }>();
    this.#all.push({
      name,
      help,
      type: "histogram",
      lines: () =>
        [...series.values()].flatMap(({ labels, counts, sum }) => {
          const total = counts.at(-1) ?? 0;
          const buckets = [...bounds.map(String), "+Inf"].map(
            (le, index) => `${name}_bucket${textOf({ ...labels, le })} ${counts[index] ?? 0}`,
          );
          const own = textOf(labels);
          return [...buckets, `${name}_sum${own} ${sum}`, `${name}_count${own} ${total}`];
        }),
    });
    return {
      observe(labels, value) {
        const key = textOf(labels);
        const one = series.get(key) ?? { labels, counts: [...bounds, 0].map(() => 0), sum: 0 };
        series.set(key, one);
        one.sum += value;
        for (const [index, bound] of [...bounds, Number.POSITIVE_INFINITY].entries()) {
          if (value <= bound) one.counts[index] = (one.counts[index] ?? 0) + 1;
        }
      },
    };
  }

  /** Everything, as it is scraped. */
  async text(): Promise<string> {
    const parts = await Promise.all(
      this.#all.map(async ({ name, help, type, lines }) =>
        [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...(await lines())].join("\n"),
      ),
    );
    return `${parts.join("\n")}\n`;
  }
}

function textOf(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
