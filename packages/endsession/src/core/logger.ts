/** Where the library reports what an operator should see. A `pino` logger or `console` fits. */
export interface Logger {
  /** Something failed, and somebody should look. */
  error(fields: object, message: string): void;
  /** Something is off, and the library went on. */
  warn(fields: object, message: string): void;
  /** A notable event. */
  info(fields: object, message: string): void;
}

/** Says nothing (default). */
export const silent: Logger = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
};
