/** Why the server did not do what it was asked (RFC 9457). */
export class RequestError extends Error {
  // Declared only: as a field of the class it brings a helper into bundles for older browsers.
  /** The problem's name, such as `reauth-required` or `not-found`; empty where none was told. */
  declare readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.name = "RequestError";
    this.code = code;
  }

  /** Reads it from an answer. The message is a sentence for people. */
  static async of(answer: Response): Promise<RequestError> {
    const told = (await answer.json().catch(() => ({}))) as Record<string, string>;
    const { detail = `The server said ${answer.status}.`, type = "" } = told;
    return new RequestError(detail, type.slice(type.lastIndexOf(":") + 1));
  }
}
