import type { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { AuditMeta, Finding } from "../audit.ts";
import { frameworks } from "../framework.ts";
import { fixPrompt } from "../prompts/fix-prompt.ts";
import { answered, auditInput, auditOf, scanIdInput, text } from "./answer.ts";
import type { Scans } from "./scans.ts";

const input = z.object({
  audit: auditInput,
  scan_id: scanIdInput,
  framework: z
    .enum(frameworks)
    .optional()
    .describe("Framework of the code. Default: the one that the answers look like"),
});

export function addFixPrompt(server: McpServer, audits: readonly AuditMeta[], scans: Scans): void {
  server.registerTool(
    "fix_prompt",
    {
      title: "How to fix what was found",
      description:
        "What has to hold, what the framework needs for it, what not to do, and the acceptance test, filled with what the scan saw.",
      inputSchema: input,
      outputSchema: z.object({ audit: z.string(), prompt: z.string() }),
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    ({ audit: id, scan_id, framework }) =>
      answered(() => {
        const audit = auditOf(audits, id);
        const scan = scans.find(scan_id);
        const finding = scan?.findings.find((one) => one.id === id) ?? notScanned(audit);
        const prompt = fixPrompt(finding, scan?.artifacts ?? null, framework);
        return { ...text(prompt), structuredContent: { audit: id, prompt } };
      }),
  );
}

function notScanned(audit: AuditMeta): Finding {
  return {
    ...audit,
    verdict: "inconclusive",
    reason: "This was not scanned: look at the code, and at the running application.",
    evidence: [],
  };
}
