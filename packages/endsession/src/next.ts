/** `endsession/next`: route handlers, `proxy.js`, server components and actions of Next.js 16. */
export {
  type Mounted,
  mount,
  type NextResponseLike,
  protect,
  proxy,
  type ProxyOptions,
  type RouteHandler,
} from "./adapters/next.ts";
export { actions, type Actions, type NextHeaders } from "./adapters/next-actions.ts";
export type { CookieAttributes, CookieStoreLike } from "./adapters/next-cookies.ts";
export type { Opening } from "./adapters/visit.ts";
