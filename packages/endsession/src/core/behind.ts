/** Work that no answer waits for, such as the record of a refused request. */
import type { Logger } from "./logger.ts";

/** How much may be under way before requests wait for their own work again. */
const most = 1000;

/** What one instance does behind its answers. */
export class Behind {
  readonly #logger: Logger;
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /**
   * Does work, unless the same is under way. Resolves at once, or, when very much is under way,
   * with the work itself. A failure is told to the logger; the next request may try again.
   */
  async do(name: string, work: () => Promise<void>): Promise<void> {
    if (this.#underWay.has(name)) return;
    const doing = this.#carryOut(name, work);
    if (this.#underWay.size >= most) return doing;
    this.#underWay.set(name, doing);
  }

  /** Resolves when all that is under way now is done, or has failed. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay.values());
  }

  async #carryOut(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#logger.error({ error, name }, "what an answer did not wait for has failed");
    } finally {
      this.#underWay.delete(name);
    }
  }
}
