/**
 * Credentials that were seen: access tokens whole, since a signature alone would not bind what a
 * token says, everything else by its hash.
 */
import { Chains, grown, none, Places } from "./chains.ts";

const leastPlaces = 64;

/** Remembers which session a credential leads to. */
export class HeldCredentials {
  readonly #places = new Places();
  readonly #chains = new Chains();
  #texts: (string | null)[] = [];
  /** By place: the place of the session that it leads to, and until when it is good by itself. */
  #records = new Float64Array(2 * leastPlaces);
  /** Where the next one to be forgotten is looked for. */
  #hand = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Whether a credential of this number is held, without a look at the credential itself. */
  has(number: number): boolean {
    return this.#chains.first(number) !== none;
  }

  /** The place of a credential, or {@link none}. */
  find(number: number, text: string): number {
    let place = this.#chains.first(number);
    while (place !== none && this.#texts[place] !== text) place = this.#chains.after(place);
    return place;
  }

  /** The place of the session that it leads to. */
  sessionOf(place: number): number {
    return this.#records[2 * place] as number;
  }

  /** Until when it is good by itself. */
  expiryOf(place: number): number {
    return this.#records[2 * place + 1] as number;
  }

  /** Adds a credential that is not held yet. */
  add(number: number, text: string, session: number, expiry: number): void {
    const place = this.#places.take();
    if (2 * place >= this.#records.length) this.#records = grown(this.#records);
    this.#texts[place] = text;
    this.#records[2 * place] = session;
    this.#records[2 * place + 1] = expiry;
    this.#chains.add(number, place);
    this.#size += 1;
  }

  /** Forgets a credential. */
  remove(place: number): void {
    this.#chains.remove(place);
    this.#texts[place] = null;
    this.#places.giveBack(place);
    this.#size -= 1;
  }

  /** One that was added long ago; there must be any. */
  oldest(): number {
    do {
      this.#hand = this.#hand + 1 < this.#places.end ? this.#hand + 1 : 0;
    } while (this.#texts[this.#hand] === null);
    return this.#hand;
  }

  clear(): void {
    this.#places.clear();
    this.#chains.clear();
    this.#texts = [];
    this.#hand = 0;
    this.#size = 0;
  }
}
