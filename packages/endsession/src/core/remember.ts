/**
 * Signs a remembered device in again. A remember-me token is spent by its use; presented twice,
 * somebody has a copy, and the series ends with every session begun from it (RM-02).
 */
import type { Context } from "./context.ts";
import {
  formatRememberMeToken,
  hashSecret,
  mintId,
  mintSecret,
  parseRememberMeToken,
} from "./credential.ts";
import { describeDevice } from "./device.ts";
import { type Credentials, handOut, mintSession } from "./mint.ts";
import { findOne } from "./resolve.ts";
import type { SessionRecord } from "./session.ts";
import type { RequestFacts } from "./settings.ts";
import { act, tell } from "./suspicion.ts";

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
  const { store, crypto, clock, settings } = context;
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
  const [spent] = await store.commit([
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
    await discovered(context, { ...input, selector, sessionId: spent.sessionId });
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
  found: RememberedStartInput & { readonly selector: string; readonly sessionId: string | null },
): Promise<void> {
  const { settings, store, crypto, clock } = context;
  const { tenantId, selector, sessionId, request } = found;
  const raised = { name: "remember_me_reused", policy: settings.policies.remember_me_reused };
  const record: SessionRecord | undefined =
    sessionId === null ? undefined : await findOne(context, { by: "id", tenantId, sessionId });
  if (raised.policy !== "end") {
    if (record) await act(context, record, raised, request.address);
    return;
  }
  const [ending] = await store.commit([
    {
      kind: "end_series",
      tenantId,
      selector,
      verifierHash: null,
      cause: {
        auditId: mintId(crypto),
        at: clock.now(),
        actor: "system",
        reason: "remember_me_reused",
        address: request.address,
      },
    },
  ]);
  if (record && ending.outcome === "ended") await tell(context, record, raised);
}
