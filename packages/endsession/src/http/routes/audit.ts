/** `GET /audit`: who ended what, when and why. */
import { z } from "zod";
import { readAudit } from "../../core/read-audit.ts";
import { type AuditBody, auditBody, auditSchema } from "../bodies.ts";
import { text } from "../body.ts";
import { json } from "../respond.ts";
import { route, type Route } from "../route.ts";
import { requireService } from "../service.ts";

interface AuditQuery {
  readonly user_id?: string | undefined;
  readonly tenant_id?: string | undefined;
  readonly before?: string | undefined;
  readonly limit?: number | undefined;
}

const query: z.ZodType<AuditQuery> = z.object({
  user_id: text(255).optional(),
  tenant_id: text(255).optional(),
  before: text(64).optional(),
  limit: z.coerce.number().int().min(1).max(1000).optional(),
});

const answer: z.ZodType<{ records: AuditBody[] }> = z.object({ records: z.array(auditSchema) });

export const audit: Route = route<unknown, AuditQuery>({
  method: "GET",
  path: "/audit",
  summary: "The audit, newest first; `before` is the last id of the page before",
  security: "service",
  query,
  responses: { 200: { description: "A page of records", schema: answer } },
  handle: async ({ exchange, query: fields }) => {
    requireService(exchange);
    const entries = await readAudit(exchange.http.core, {
      tenantId: fields.tenant_id ?? exchange.tenantId,
      userId: fields.user_id ?? null,
      before: fields.before ?? null,
      limit: fields.limit ?? 100,
    });
    return json({ records: entries.map(auditBody) });
  },
});
