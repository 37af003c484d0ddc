/** The framework files by name. */
import type { Framework } from "../framework.ts";
import { django } from "./django.ts";
import { express } from "./express.ts";
import { fastapi } from "./fastapi.ts";
import { fastify } from "./fastify.ts";
import { flask } from "./flask.ts";
import type { Guide } from "./guide.ts";
import { laravel } from "./laravel.ts";
import { nextjs } from "./nextjs.ts";
import { plain } from "./plain.ts";
import { rails } from "./rails.ts";
import { spring } from "./spring.ts";

export const guides: Readonly<Record<Framework, Guide>> = {
  nextjs,
  express,
  fastify,
  django,
  fastapi,
  flask,
  rails,
  laravel,
  spring,
  plain,
};
