import type { McpServer, ServerContext } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { Finding } from "../audit.ts";
import { severities } from "../audit.ts";
import { oneLine } from "../plain-text.ts";
import { masked } from "../prompts/mask.ts";
import { ScanError } from "../scan-error.ts";
import type { AllowedHosts } from "./allowed-hosts.ts";
import { answered, auditOf, text } from "./answer.ts";
import type { Scans } from "./scans.ts";
import type { McpOptions } from "./serve-mcp.ts";

const input = z.object({
  url: z.string().describe("Address of the application; its host has to be an allowed one"),
  username: z.string().optional().describe("User name or e-mail address of a test account"),
  password_env: z
    .string()
    .optional()
    .describe("NAME of the environment variable that holds the test account's password"),
  login_url: z.string().optional().describe("Address of the sign-in, where it is not found"),
  only: z.array(z.string()).optional().describe("Ids of audits. Default: all"),
  quick: z.boolean().optional().describe("Only the audits of the first minute. Default: false"),
  logout_all: z
    .boolean()
    .optional()
    .describe("Also press “log out everywhere”: ends ALL sessions of the account. Default: false"),
});

const verdicts = ["pass", "fail", "inconclusive", "not-applicable"] as const;

const output = z.object({
  scan_id: z.string(),
  target: z.string(),
  framework: z.string(),
  counts: z.record(z.enum(verdicts), z.number()),
  findings: z.array(
    z.object({
      audit: z.string(),
      verdict: z.enum(verdicts),
      severity: z.enum(severities),
      title: z.string(),
      reason: z.string(),
      requirements: z.array(z.string()),
    }),
  ),
});

export function addScan(
  server: McpServer,
  options: McpOptions,
  hosts: AllowedHosts,
  scans: Scans,
): void {
  server.registerTool(
    "scan",
    {
      title: "Scan a logout",
      description:
        "Signs in to a web application on two devices with a test account, logs out, and shows what of the session is still alive. Takes a minute or more. Never pass a password: name an environment variable.",
      inputSchema: input,
      outputSchema: output,
      annotations: { readOnlyHint: false, destructiveHint: true, openWorldHint: true },
    },
    (args, context) =>
      answered(async () => {
        const { href: url } = hosts.check(args.url);
        const loginUrl = args.login_url ?? null;
        if (loginUrl !== null) hosts.check(new URL(loginUrl, url).href);
        for (const id of args.only ?? []) auditOf(options.audits, id);
        const password = passwordOf(args.password_env, options);
        const { id, scanned } = await scans.make(() =>
          options.scan({
            url,
            username: args.username ?? null,
            password,
            loginUrl,
            only: args.only ?? [],
            quick: args.quick ?? false,
            logoutAll: args.logout_all ?? false,
            signal: context.mcpReq.signal,
            told: progressOf(context),
          }),
        );
        const result = structured(id, scanned.artifacts, scanned.findings);
        return { ...text(summary(result)), structuredContent: result };
      }),
  );
}

/** Only what was meant to be a password may leave the environment. */
function passwordOf(name: string | undefined, options: McpOptions): string | null {
  if (name === undefined) return null;
  if (!/^ENDSESSION_\w+$/u.test(name) && options.passwordEnv?.includes(name) !== true) {
    throw new ScanError(
      "usage",
      `${oneLine(name, 60)} may not be read. Name a variable that begins with ENDSESSION_, or one that the server was started with.`,
    );
  }
  const value = (options.env ?? process.env)[name];
  if (value !== undefined && value !== "") return value;
  throw new ScanError("usage", `The environment variable ${name} of the server is not set.`);
}

function progressOf({ mcpReq }: ServerContext): (step: string) => void {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return () => undefined;
  let progress = 0;
  return (step) => {
    const params = { progressToken, progress: ++progress, message: oneLine(step) };
    // Whoever no longer listens misses a line, and nothing else.
    mcpReq.notify({ method: "notifications/progress", params }).catch(() => undefined);
  };
}

type Scanned = z.infer<typeof output>;

function structured(
  id: string,
  { target, framework }: { readonly target: string; readonly framework: string },
  findings: readonly Finding[],
): Scanned {
  const count = (verdict: (typeof verdicts)[number]) =>
    findings.filter((finding) => finding.verdict === verdict).length;
  return {
    scan_id: id,
    target,
    framework,
    counts: {
      pass: count("pass"),
      fail: count("fail"),
      inconclusive: count("inconclusive"),
      "not-applicable": count("not-applicable"),
    },
    findings: findings.map((finding) => ({
      audit: finding.id,
      verdict: finding.verdict,
      severity: finding.severity,
      title: finding.verdict === "fail" ? finding.failTitle : finding.title,
      reason: masked(oneLine(finding.reason, 600)),
      requirements: [...finding.requirements],
    })),
  };
}

/** What fails, worst first, then what could not be judged; the rest is a number. */
function summary({ scan_id, target, counts, findings }: Scanned): string {
  const failed = findings
    .filter(({ verdict }) => verdict === "fail")
    .toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  const unclear = findings.filter(({ verdict }) => verdict === "inconclusive");
  return [
    `${scan_id} of ${oneLine(target)}: ${counts.fail ?? 0} failed, ${counts.inconclusive ?? 0} inconclusive, ${counts.pass ?? 0} passed, ${counts["not-applicable"] ?? 0} not applicable.`,
    ...failed.map(
      ({ audit, severity, title, reason }) => `FAIL ${severity} ${audit}: ${title}. ${reason}`,
    ),
    ...unclear.map(({ audit, reason }) => `UNCLEAR ${audit}: ${reason}`),
    ...(failed.length > 0 ? ["Call fix_prompt with an audit for what to do about it."] : []),
  ].join("\n");
}
