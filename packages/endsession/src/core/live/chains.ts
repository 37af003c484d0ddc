/**
 * Finds places by a number, which is drawn from the last characters of a credential, of its hash
 * or of an id: they are as good as random. Places are numbered from 0 on, and what is kept at them
 * lies in arrays beside each other, so that a check meets few lines of the processor's cache. A
 * number is quicker to look up than a fresh string; whoever looks compares the text itself.
 */

const numberLength = 6;
const leastPlaces = 64;

/** No place. */
export const none = -1;

/** The number of a text: 32 bits of its last six characters. */
export function numberOf(text: string): number {
  let number = 0;
  for (let index = text.length - numberLength; index < text.length; index += 1) {
    number = Math.imul(number, 131) + text.charCodeAt(index);
  }
  return number | 0;
}

/** A hash table whose chains run through the places themselves. */
export class Chains {
  /** By the last bits of a number: its first place, counted from 1; 0 for none. */
  #heads = new Int32Array(leastPlaces);
  /** By place: its number, and the next place of the same bits, counted from 1. */
  #links = new Int32Array(2 * leastPlaces);

  /** The first place of a number, or {@link none}. */
  first(number: number): number {
    return this.#seek(this.#heads[this.#bucketOf(number)] as number, number);
  }

  /** The place behind one of the same number, or {@link none}. */
  after(place: number): number {
    return this.#seek(this.#links[2 * place + 1] as number, this.#links[2 * place] as number);
  }

  /** Adds a place that is in no chain. */
  add(number: number, place: number): void {
    while (place >= this.#heads.length) this.#grow();
    const bucket = this.#bucketOf(number);
    this.#links[2 * place] = number;
    this.#links[2 * place + 1] = this.#heads[bucket] as number;
    this.#heads[bucket] = place + 1;
  }

  /** Takes a place out of its chain. */
  remove(place: number): void {
    const bucket = this.#bucketOf(this.#links[2 * place] as number);
    const behind = this.#links[2 * place + 1] as number;
    let before = (this.#heads[bucket] as number) - 1;
    if (before === place) {
      this.#heads[bucket] = behind;
      return;
    }
    while (this.#links[2 * before + 1] !== place + 1) {
      before = (this.#links[2 * before + 1] as number) - 1;
    }
    this.#links[2 * before + 1] = behind;
  }

  clear(): void {
    this.#heads.fill(0);
  }

  #bucketOf(number: number): number {
    return number & (this.#heads.length - 1);
  }

  #seek(from: number, number: number): number {
    let place = from - 1;
    while (place >= 0 && this.#links[2 * place] !== number) {
      place = (this.#links[2 * place + 1] as number) - 1;
    }
    return place;
  }

  #grow(): void {
    const heads = this.#heads;
    this.#heads = new Int32Array(heads.length * 2);
    this.#links = grown(this.#links);
    for (const head of heads) {
      let place = head - 1;
      while (place >= 0) {
        const behind = (this.#links[2 * place + 1] as number) - 1;
        this.add(this.#links[2 * place] as number, place);
        place = behind;
      }
    }
  }
}

/** A copy with twice the places. */
export function grown<A extends Int32Array | Float64Array>(array: A): A {
  const larger = new (array.constructor as new (length: number) => A)(array.length * 2);
  larger.set(array);
  return larger;
}

/** Gives out places, those that were given back first. */
export class Places {
  #end = 0;
  readonly #free: number[] = [];

  /** How many places there are, given back or not. */
  get end(): number {
    return this.#end;
  }

  take(): number {
    const place = this.#free.pop() ?? this.#end;
    if (place === this.#end) this.#end += 1;
    return place;
  }

  giveBack(place: number): void {
    this.#free.push(place);
  }

  clear(): void {
    this.#end = 0;
    this.#free.length = 0;
  }
}
