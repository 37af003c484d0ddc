/** Why a scan could not be made, in a sentence for whoever started it. */
export class ScanError extends Error {
  /** `usage`: the call or configuration is wrong. `cannot-judge`: the application could not be used. */
  readonly kind: "usage" | "cannot-judge";

  constructor(kind: "usage" | "cannot-judge", message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ScanError";
    this.kind = kind;
  }
}
