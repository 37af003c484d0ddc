/** The head of a request as Next.js hands it on. */
import type { RequestHead } from "../http/settings.ts";
import { isHost } from "./host.ts";

/**
 * A head whose URL has the host that was asked for. Next.js takes scheme and host from forwarded
 * headers, which any client can send; behind a proxy the setting `origin` says what they are. The
 * headers alone are all that components and actions are told.
 */
export function headOf(request: Omit<RequestHead, "url"> & { readonly url?: string }): RequestHead {
  const { method, headers, url = "http://localhost/" } = request;
  const { pathname, search } = new URL(url);
  const host = headers.get("host") ?? "";
  return {
    method,
    headers,
    url: `http://${isHost(host) ? host : "localhost"}${pathname}${search}`,
  };
}
