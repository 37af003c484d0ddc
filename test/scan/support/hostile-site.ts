/** Small applications that do what no application should: targets for the scanner. */
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** The account of every site. */
export const account = { username: "ada@example.test", password: "hunter2-analytical" } as const;

/** A request, with what the site makes of it. */
export interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The fields that a form sent, or that JSON held. */
  readonly form: URLSearchParams;
  /** The value of a live session's cookie, or `null`. */
  readonly session: string | null;
  readonly site: Site;
}

/** Answers, or returns `false` to leave it to what a well-behaved site does. */
export type Handler = (visit: Visit) => boolean | Promise<boolean>;

export class Site {
  readonly sessions: Set<string> = new Set();
  /** Every value that a cookie got: none may be told by the scanner. */
  readonly secrets: string[] = [];
  /** Method and path of each request, in order. */
  readonly visits: string[] = [];
  readonly #server: Server;

  private constructor(handler: Handler) {
    this.#server = createServer({ maxHeaderSize: 4_000_000 }, (request, response) => {
      void this.#answer(handler, request, response).catch(() => response.destroy());
    });
  }

  /** Starts one on a free port of the loopback address. */
  static async start(handler: Handler = () => false, host = "127.0.0.1"): Promise<Site> {
    const site = new Site(handler);
    await new Promise<void>((resolve) => {
      site.#server.listen(0, host, resolve);
    });
    return site;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** A new session's cookie value. */
  begin(): string {
    const value = randomBytes(18).toString("base64url");
    this.sessions.add(value);
    this.secrets.push(value);
    return value;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  async #answer(handler: Handler, request: IncomingMessage, response: ServerResponse) {
    const { pathname, searchParams } = new URL(request.url ?? "/", this.url);
    const method = request.method ?? "GET";
    this.visits.push(`${method} ${pathname}`);
    const sid = /(?:^|;\s*)sid=([^;]*)/u.exec(request.headers.cookie ?? "")?.[1];
    const visit: Visit = {
      request,
      response,
      method,
      path: pathname,
      query: searchParams,
      form: method === "POST" ? await formOf(request) : new URLSearchParams(),
      session: sid !== undefined && this.sessions.has(sid) ? sid : null,
      site: this,
    };
    if (!(await handler(visit))) wellBehaved(visit);
  }
}

/** What a right application answers: sign-in, a private page, sign-out. */
export function wellBehaved(visit: Visit): void {
  const { method, path, form, session, site } = visit;
  if (path === "/login" && method === "POST") {
    if (form.get("email") !== account.username || form.get("password") !== account.password) {
      return page(visit, signInForm("Wrong name or password."), 401);
    }
    return redirect(visit, "/", `sid=${site.begin()}; Path=/; HttpOnly; SameSite=Lax`);
  }
  if (path === "/login") return page(visit, signInForm());
  if (path === "/logout" && method === "POST") {
    if (session !== null) site.sessions.delete(session);
    return redirect(visit, "/login", "sid=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
  }
  if (path !== "/") return page(visit, "Not found", 404);
  if (session === null) return redirect(visit, "/login");
  page(visit, privatePage());
}

export function signInForm(complaint = ""): string {
  return `<h1>Sign in</h1><p role="alert">${complaint}</p>
    <form method="post" action="/login">
      <label>E-mail <input type="email" name="email"></label>
      <label>Password <input type="password" name="password"></label>
      <button>Sign in</button>
    </form>
    <script>localStorage.setItem("signed-out-at", Date.now());</script>`;
}

export function privatePage(more = ""): string {
  return `<h1>Hello Ada Lovelace</h1><p>Signed in as ${account.username}. Your notes are below.</p>
    ${more}<form method="post" action="/logout"><button>Log out</button></form>
    <script>
      addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
      addEventListener("storage", () => { location.reload(); });
    </script>`;
}

export function page({ response }: Visit, body: string, status = 200): void {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
  });
  response.end(`<!doctype html><html lang="en"><title>Notes</title><body>${body}</body></html>`);
}

export function redirect({ response }: Visit, location: string, setCookie?: string): void {
  response.writeHead(303, {
    location,
    ...(setCookie === undefined ? {} : { "set-cookie": setCookie }),
  });
  response.end();
}

/** Answers a path with a page; signed-in visitors only where `priv` is set. */
export function answers(path: string, body: (visit: Visit) => string | null): Handler {
  return (visit) => {
    const text = visit.path === path && visit.method === "GET" ? body(visit) : null;
    if (text === null) return false;
    page(visit, text);
    return true;
  };
}

/** The private page with something added to it. */
export function privatePageWith(more: string): Handler {
  return answers("/", ({ session }) => (session === null ? null : privatePage(more)));
}

/** Signing out deletes the cookie and nothing else: the session lives on. */
export const keepsSessions: Handler = (visit) => {
  if (visit.path !== "/logout" || visit.method !== "POST") return false;
  redirect(visit, "/login", "sid=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
  return true;
};

/** The first that answers. */
export function oneOf(...handlers: readonly Handler[]): Handler {
  return async (visit) => {
    for (const handler of handlers) if (await handler(visit)) return true;
    return false;
  };
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  if (!(request.headers["content-type"] ?? "").includes("json")) return new URLSearchParams(text);
  return new URLSearchParams(JSON.parse(text) as Record<string, string>);
}
