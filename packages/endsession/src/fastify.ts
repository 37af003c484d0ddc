/** `endsession/fastify`: hooks for Fastify 5. */
export {
  type Done,
  type FastifyReplyLike,
  type FastifyRequestLike,
  mount,
  type OnRequest,
  protect,
  sessionOf,
} from "./adapters/fastify.ts";
