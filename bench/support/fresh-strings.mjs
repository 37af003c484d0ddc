// @ts-check
import { hash } from "node:crypto";

/**
 * Texts as an HTTP parser hands them over: a new string at each request, whose hash V8 has never
 * computed. A text that is used again would make every Map look several times faster.
 */
export class FreshStrings {
  #bytes;
  /** @type {number[]} */
  #ends = [];
  #next = 0;

  /** @param {readonly string[]} texts in ASCII */
  constructor(texts) {
    this.#bytes = Buffer.from(texts.join(""), "latin1");
    let end = 0;
    for (const { length } of texts) this.#ends.push((end += length));
  }

  get size() {
    return this.#ends.length;
  }

  /** The text at a place. @param {number} index */
  at(index) {
    return this.#bytes.toString("latin1", this.#ends[index - 1] ?? 0, this.#ends[index]);
  }

  /** Another text at each call, in an order that no cache can foresee, all of them in turn. */
  next() {
    this.#next = (this.#next + stride) % this.#ends.length;
    return this.at(this.#next);
  }
}

/** A prime, so that it meets every place of a set whose size it does not divide. */
const stride = 7919;

/** The quickest SHA-256 that Node has: 32 characters, one a byte. @param {string} text */
export function sha256(text) {
  return hash("sha256", text, /** @type {"hex"} */ (/** @type {string} */ ("latin1")));
}
