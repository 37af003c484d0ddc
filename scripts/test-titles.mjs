// @ts-check
/**
 * Finds the titles of `describe`, `it` and `test` calls in a source text without running it.
 *
 * Understood: plain strings and template literals as titles, chains such as `test.each(table)(…)`,
 * `test.each` with a template table. Tests that are skipped, to be written or expected to fail have
 * no title here, for they prove nothing. Not understood: a backtick inside a regular expression.
 */

const OPENING = /(?<![\w$.#])(?:describe|it|test)(?![\w$])/gu;
const UNPROVEN = new Set(["skip", "todo", "fails"]);
const CLOSERS = new Map([
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
]);

/**
 * @param {string} source the text of a test file
 * @returns {string[]} the titles, in the order of the file
 */
export function testTitles(source) {
  const code = withoutComments(source);
  /** @type {string[]} */
  const titles = [];
  for (const match of code.matchAll(OPENING)) {
    const title = titleAfter(code, match.index + match[0].length);
    if (title !== null) titles.push(title);
  }
  return titles;
}

/**
 * Follows `.name`, `(…)` and template tables after `test` until a call whose first argument is a
 * string.
 *
 * @param {string} code
 * @param {number} start
 * @returns {string | null}
 */
function titleAfter(code, start) {
  let at = skipSpace(code, start);
  while (at < code.length) {
    if (code[at] === ".") {
      const name = /^\.\s*([\w$]+)/u.exec(code.slice(at, at + 40));
      if (name?.[1] === undefined || UNPROVEN.has(name[1])) return null;
      at = skipSpace(code, at + name[0].length);
    } else if (code[at] === "`") {
      at = skipSpace(code, endOfText(code, at));
    } else if (code[at] === "(") {
      const inside = skipSpace(code, at + 1);
      if (isQuote(code[inside])) return code.slice(inside + 1, endOfText(code, inside) - 1);
      at = skipSpace(code, endOfBrackets(code, at));
    } else {
      return null;
    }
  }
  return null;
}

/**
 * Blanks comments, so that a title in a commented-out test does not count.
 *
 * @param {string} source
 */
function withoutComments(source) {
  let code = "";
  let at = 0;
  while (at < source.length) {
    const two = source.slice(at, at + 2);
    if (two === "//" && source[at - 1] !== "\\") {
      at = indexOrEnd(source, "\n", at);
    } else if (two === "/*") {
      at = indexOrEnd(source, "*/", at + 2) + 2;
      code += " ";
    } else {
      const end = isQuote(source[at]) ? endOfText(source, at) : at + 1;
      code += source.slice(at, end);
      at = end;
    }
  }
  return code;
}

/**
 * The place after the text that starts with the quote at `start`. A lone quote (in a regular
 * expression, say) ends with its line.
 *
 * @param {string} code
 * @param {number} start
 */
function endOfText(code, start) {
  const quote = code[start];
  for (let at = start + 1; at < code.length; at += 1) {
    if (code[at] === "\\") at += 1;
    else if (code[at] === quote) return at + 1;
    else if (code[at] === "\n" && quote !== "`") return at;
    else if (quote === "`" && code.startsWith("${", at)) at = endOfBrackets(code, at + 1) - 1;
  }
  return code.length;
}

/**
 * The place after the bracket that closes the one at `start`.
 *
 * @param {string} code
 * @param {number} start
 */
function endOfBrackets(code, start) {
  /** @type {string[]} */
  const open = [];
  for (let at = start; at < code.length; at += 1) {
    const character = code[at] ?? "";
    if (isQuote(character)) {
      at = endOfText(code, at) - 1;
      continue;
    }
    const closer = CLOSERS.get(character);
    if (closer !== undefined) open.push(closer);
    else if (character === open.at(-1)) open.pop();
    if (open.length === 0) return at + 1;
  }
  return code.length;
}

/** @param {string | undefined} character */
function isQuote(character) {
  return character === '"' || character === "'" || character === "`";
}

/**
 * @param {string} code
 * @param {number} at
 */
function skipSpace(code, at) {
  while (/\s/u.test(code[at] ?? "")) at += 1;
  return at;
}

/**
 * @param {string} text
 * @param {string} part
 * @param {number} from
 */
function indexOrEnd(text, part, from) {
  const index = text.indexOf(part, from);
  return index === -1 ? text.length : index;
}
