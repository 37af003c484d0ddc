/** The way to endsession's routes: with the cookies, and in bearer mode with the access token. */
import { Tokens } from "./tokens.ts";

/** One for each client. */
export class Door {
  /** Where the routes are. */
  readonly url: string;
  readonly #tokens: Tokens | null;

  constructor(url: string, bearer: boolean | { readonly migrateFrom: string }) {
    this.url = url;
    const old = typeof bearer === "object" ? bearer.migrateFrom : null;
    this.#tokens = bearer === false ? null : new Tokens(url, old);
  }

  /** `fetch`, which in bearer mode refreshes an access token that has expired, once. */
  async fetch(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
    const tokens = this.#tokens;
    const address = input instanceof Request ? input.url : String(input);
    if (!tokens?.isFor(address)) return fetch(input, init);
    // A body that is a stream can be sent only once.
    const request = new Request(input, init);
    const again = request.body === null || typeof init.body === "string" ? request.clone() : null;
    const send = async (one: Request): Promise<Response> =>
      fetch(one, { headers: await tokens.authorize(one.headers) });
    const answer = await send(request);
    const expired = answer.headers.get("www-authenticate")?.includes("expired") === true;
    if (answer.status !== 401 || !expired || !again || !(await tokens.refresh())) return answer;
    return send(again);
  }

  /** Forgets the access token. */
  shut(): void {
    this.#tokens?.forget();
  }
}
