/** Why the server did not do what it was asked (RFC 9457). */
export class RequestError extends Error {
  override readonly name = "RequestError";
  /** The problem's name, such as `reauth-required` or `not-found`; empty where none was told. */
  readonly code: string;
  readonly status: number;

  constructor(message: string, code: string, status: number) {
    super(message);
    this.code = code;
    this.status = status;
  }

  /** Reads it from an answer. The message is a sentence for people. */
  static async of(answer: Response): Promise<RequestError> {
    const { status } = answer;
    const told = (await answer.json().catch(() => null)) as {
      readonly detail?: string;
      readonly type?: string;
    } | null;
    const message = told?.detail ?? `The server answered ${status}. Try again in a moment.`;
    return new RequestError(message, told?.type?.split(":").at(-1) ?? "", status);
  }
}
