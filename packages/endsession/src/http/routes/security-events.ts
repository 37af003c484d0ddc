/** `POST /security-events`: a back end reports what happened to an account. */
import { z } from "zod";
import { findOne } from "../../core/resolve.ts";
import { securityEvent } from "../../core/security-event.ts";
import { type SecurityEventType, securityEventTypes } from "../../protocol/reasons.ts";
import type { Answer } from "../answer.ts";
import { type EndedBody, endedBody, endedSchema } from "../bodies.ts";
import { text } from "../body.ts";
import { credentialCookies } from "../guard.ts";
import { json } from "../respond.ts";
import { type Call, route, type Route } from "../route.ts";
import { requireService } from "../service.ts";

interface EventBody {
  readonly type: SecurityEventType;
  readonly user_id: string;
  readonly tenant_id?: string | undefined;
  readonly current_session_id?: string | undefined;
}

const body: z.ZodType<EventBody> = z.object({
  type: z.enum(securityEventTypes),
  user_id: text(255),
  tenant_id: text(255).optional(),
  current_session_id: text(64).optional(),
});

export const securityEvents: Route = route<EventBody>({
  method: "POST",
  path: "/security-events",
  summary: "Report a changed credential, a disabled account or a compromise",
  security: "service",
  ends: true,
  body,
  responses: { 200: { description: "What it demanded has ended", schema: endedSchema } },
  handle,
});

async function handle({ exchange, body: fields }: Call<EventBody>): Promise<Answer> {
  requireService(exchange);
  const { http } = exchange;
  const tenantId = fields.tenant_id ?? exchange.tenantId;
  const sessionId = fields.current_session_id;
  const current =
    sessionId === undefined ? null : await findOne(http.core, { by: "id", tenantId, sessionId });
  const { receipt, credentials } = await securityEvent(http.core, {
    type: fields.type,
    tenantId,
    userId: fields.user_id,
    current: current ?? null,
    actor: "service",
    address: null,
  });
  const ended: EndedBody = {
    ...endedBody("Sessions have ended", http.core.clock.now(), receipt, credentials),
    ...(credentials && { set_cookie: credentialCookies(exchange, credentials) }),
  };
  return json(ended);
}
