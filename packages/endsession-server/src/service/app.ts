/** Answers requests: the library's routes and the service's own, each logged and measured. */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { BlockList } from "node:net";
import type { EndSession, HttpOptions } from "endsession";
import { mount } from "endsession/node";
import type { Logger } from "pino";
import { sendProblem } from "./answer.ts";
import type { Measures } from "./measures.ts";
import type { FindPlace, Place } from "./places.ts";
import { readyz, scrape } from "./probes.ts";
import { adoptScheme } from "./proxy.ts";
import { currentRequest, requestIdOf } from "./request-id.ts";

/** What the service answers with. */
export interface AppParts {
  readonly endsession: EndSession;
  readonly logger: Logger;
  readonly measures: Measures;
  readonly findPlace: FindPlace;
  readonly serviceToken: string;
  readonly trusted: BlockList;
  readonly clientAddress: NonNullable<HttpOptions["clientAddress"]>;
  /** Whether it was told to stop. */
  readonly isStopping: () => boolean;
}

/** Asked every few seconds by machines: logged only when they fail. */
const quiet: ReadonlySet<string> = new Set(["/healthz", "/readyz", "/metrics"]);

/** Makes the listener of an HTTP server. */
export function createApp(parts: AppParts): RequestListener {
  const routes = mount(parts.endsession);
  return (request, response) => {
    const id = requestIdOf(request.headers["x-request-id"]);
    response.setHeader("x-request-id", id);
    adoptScheme(parts.trusted, request);
    const path = pathOf(request);
    const place = parts.findPlace(request.method ?? "", path);
    currentRequest.run(id, () => {
      note(parts, request, response, place);
      if (parts.isStopping()) response.setHeader("connection", "close");
      const own = request.method === "GET" || request.method === "HEAD" ? place.route : null;
      if (own === "/readyz") {
        void readyz(parts.endsession, parts.isStopping(), response);
      } else if (own === "/metrics") {
        void scrape(parts.measures.metrics, parts.serviceToken, request, response);
      } else {
        routes(request, response, (error) => {
          if (error === undefined) return notFound(response);
          parts.logger.error({ error }, "a request failed");
          const detail = "Something went wrong here. Nothing is known to have changed.";
          sendProblem(response, 500, "internal-error", "Internal error", detail);
        });
      }
    });
  };
}

/** Logs and measures a request once its answer is sent, or nobody waits for it any more. */
function note(
  { measures, logger, clientAddress }: AppParts,
  request: IncomingMessage,
  response: ServerResponse,
  { route, forService }: Place,
): void {
  const began = performance.now();
  const address = clientAddress(headOf(request), request.socket.remoteAddress ?? null);
  const id = currentRequest.getStore();
  response.once("close", () => {
    const { statusCode: status } = response;
    const milliseconds = performance.now() - began;
    const method = /^(?:GET|HEAD|POST|DELETE|OPTIONS)$/.exec(request.method ?? "")?.[0] ?? "other";
    if (!isStream(response)) {
      measures.seconds.observe({ route, method, status: String(status) }, milliseconds / 1000);
    }
    if (route === "/verify") measures.verifications.add({ answer: answerOf(status) });
    if (forService && status === 401) measures.refusals.add();
    if (quiet.has(route) && status < 400) return;
    const aborted = response.writableFinished ? {} : { aborted: true };
    const ms = Math.round(milliseconds * 10) / 10;
    // A connection outlives its request, and with it the store of request ids.
    const line = { request_id: id, method, route, status, ms, address, ...aborted };
    currentRequest.exit(() => logger.info(line, "request"));
  });
}

function headOf(request: IncomingMessage): Parameters<AppParts["clientAddress"]>[0] {
  const { headers } = request;
  const get = (name: string): string | null => headers[name]?.toString() ?? null;
  return { method: request.method ?? "", url: request.url ?? "", headers: { get } };
}

/** Whether a response is a stream that goes on until one side leaves. */
export function isStream(response: ServerResponse): boolean {
  return response.getHeader("content-type") === "text/event-stream";
}

function answerOf(status: number): string {
  if (status === 200) return "live";
  return status >= 500 ? "unavailable" : "refused";
}

function notFound(response: ServerResponse): void {
  sendProblem(response, 404, "not-found", "Not found", "There is no such route here.");
}

function pathOf({ url = "/" }: IncomingMessage): string {
  // Not as a reference, which `//host/path` would be.
  const whole = url.startsWith("/") ? `http://localhost${url}` : url;
  return URL.canParse(whole) ? new URL(whole).pathname : "/";
}
