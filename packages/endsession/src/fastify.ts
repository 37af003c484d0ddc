/** `endsession/fastify`: hooks for Fastify 5. */
export {
  type Done,
  type FastifyReplyLike,
  type FastifyRequestLike,
  mount,
  type OnRequest,
  protect,
} from "./adapters/fastify.ts";
export { sessionOf } from "./adapters/checked.ts";
