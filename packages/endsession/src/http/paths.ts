/** What lies at which path of the HTTP surface. */

interface Pattern<T> {
  readonly segments: readonly string[];
  readonly value: T;
}

/** Finds values by paths such as `/logout` and `/sessions/:id`. */
export class Paths<T> {
  readonly #plain = new Map<string, T>();
  readonly #patterns: Pattern<T>[] = [];

  /** In `path`, a segment such as `:id` stands for any that is not empty. */
  add(path: string, value: T): void {
    if (path.includes("/:")) this.#patterns.push({ segments: path.split("/"), value });
    else this.#plain.set(path, value);
  }

  /** What lies at a path, and its named segments as they stand there, still encoded. */
  find(path: string): [value: T, params: Record<string, string>] | undefined {
    const plain = this.#plain.get(path);
    if (plain !== undefined) return [plain, {}];
    const given = path.split("/");
    for (const { segments, value } of this.#patterns) {
      const params = matched(segments, given);
      if (params) return [value, params];
    }
    return undefined;
  }
}

function matched(
  segments: readonly string[],
  given: readonly string[],
): Record<string, string> | null {
  if (segments.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [place, segment] of segments.entries()) {
    const text = given[place] ?? "";
    if (segment.startsWith(":") && text !== "") params[segment.slice(1)] = text;
    else if (segment !== text) return null;
  }
  return params;
}
