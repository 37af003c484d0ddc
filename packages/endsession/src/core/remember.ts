/**
 * Signs a remembered device in again. A remember-me token is spent by its use; presented twice,
 * somebody has a copy, and the series ends with every session begun from it (RM-02).
 */
import type { Act } from "./acts.ts";
import type { Context } from "./context.ts";
import {
  formatRememberMeToken,
  hashSecret,
  mintSecret,
  parseRememberMeToken,
} from "./credential.ts";
import { describeDevice } from "./device.ts";
import { causeOf } from "./end.ts";
import { type Credentials, handOut, mintSession } from "./mint.ts";
import { findOne } from "./resolve.ts";
import type { RequestFacts, SuspicionPolicy } from "./settings.ts";
import { recordAndTell } from "./suspicion.ts";

/** What {@link rememberedStart} takes. */
export interface RememberedStartInput {
  readonly tenantId: string;
  readonly token: string;
  readonly request: RequestFacts;
}

/** Starts a session from a remember-me token, or gives null when the token is good for nothing. */
export async function rememberedStart(
  context: Context,
  input: RememberedStartInput,
): Promise<Credentials | null> {
  const parts = parseRememberMeToken(input.token);
  if (!parts) return null;
  const { truth, crypto, clock, settings } = context;
  const { tenantId, request } = input;
  const { selector } = parts;
  const now = clock.now();
  const nextVerifier = mintSecret(crypto);
  const place = request.address === null ? null : await settings.place(request.address);
  const { session, secrets } = mintSession(
    context,
    {
      tenantId,
      userId: "",
      createdAt: now,
      authenticatedAt: 0,
      methods: ["remember_me"],
      device: describeDevice(request),
      place: place?.slice(0, 200) ?? null,
      actor: "user",
      address: request.address,
    },
    { cookie: true, tokens: false, rememberMe: false },
  );
  const [spent] = await truth.commit([
    {
      kind: "spend_remember_me",
      selector,
      verifierHash: hashSecret(crypto, tenantId, parts.verifier),
      nextVerifierHash: hashSecret(crypto, tenantId, nextVerifier),
      session,
      limit: settings.sessionLimit,
    },
  ]);
  if (spent.outcome === "reused") {
    await discovered(context, { ...input, ...spent, selector });
    return null;
  }
  if (spent.outcome !== "started") return null;
  return handOut(context, spent.record, {
    ...secrets,
    rememberMeToken: formatRememberMeToken(selector, nextVerifier),
    rememberMeExpiresAt: spent.seriesExpiresAt,
  });
}

/** A copy was presented: the policy decides over the series and the sessions begun from it. */
async function discovered(
  context: Context,
  found: RememberedStartInput & {
    readonly selector: string;
    readonly userId: string;
    readonly sessionId: string | null;
  },
): Promise<void> {
  const { settings, truth } = context;
  const { tenantId, userId, selector, sessionId, request } = found;
  const policy = settings.policies.remember_me_reused;
  const { address } = request;
  const cause = causeOf(context, { actor: "system", reason: "remember_me_reused", address });
  const acts: Record<SuspicionPolicy, readonly Act[]> = {
    record: [],
    reauthenticate: [
      {
        kind: "demand_reauthentication",
        tenantId,
        userId,
        target: { of: "series", selector },
        cause,
      },
    ],
    end: [{ kind: "end_series", tenantId, selector, cause }],
  };
  const record =
    sessionId === null ? undefined : await findOne(context, { by: "id", tenantId, sessionId });
  if (!record) {
    await truth.commit(acts[policy]);
    return;
  }
  const raised = { name: "remember_me_reused", policy };
  await recordAndTell(context, record, raised, address, acts[policy]);
}
