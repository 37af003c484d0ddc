/** Answers of the tools: compact text, and a sentence where something went wrong. */
import type { CallToolResult } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { AuditMeta } from "../audit.ts";
import { oneLine } from "../plain-text.ts";
import { ScanError } from "../scan-error.ts";

/** An audit's name in a call. */
export const auditInput = z
  .string()
  .describe("Id of an audit, for example session-survives-logout");
export const scanIdInput = z
  .string()
  .optional()
  .describe("scan_id of an earlier scan. Default: the last scan");

export function text(content: string): CallToolResult {
  return { content: [{ type: "text", text: content }] };
}

/** Runs a tool; what it throws becomes a sentence for the assistant. */
export async function answered(
  tool: () => CallToolResult | Promise<CallToolResult>,
): Promise<CallToolResult> {
  try {
    return await tool();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const sentence = error instanceof ScanError ? why : `It broke off: ${why}`;
    return { ...text(oneLine(sentence, 1000)), isError: true };
  }
}

/** @throws ScanError when there is no such audit */
export function auditOf<Known extends AuditMeta>(audits: readonly Known[], id: string): Known {
  const found = audits.find((audit) => audit.id === id);
  if (found !== undefined) return found;
  const known = audits.map((audit) => audit.id).join(", ");
  throw new ScanError("usage", `There is no audit ${oneLine(id, 60)}; there are: ${known}.`);
}
