/**
 * Signs a remembered device in again. A remember-me token is spent by its use. Requests that set
 * out together get the same session; presented later, somebody has a copy, and the series ends
 * with every session begun from it (RM-02).
 */
import type { Act } from "./acts.ts";
import { authenticate } from "./authenticate.ts";
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
  const next = formatRememberMeToken(selector, nextVerifier);
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
      sealedSuccessor: crypto.seal(
        crypto.keyOfToken(input.token, selector),
        `${secrets.sessionToken} ${next}`,
      ),
      grace: settings.refreshGrace,
      session,
      limit: settings.sessionLimit,
    },
  ]);
  if (spent.outcome === "reused") {
    await discovered(context, { ...input, ...spent, selector });
    return null;
  }
  if (spent.outcome === "repeated") return repeated(context, input, { ...spent, selector });
  if (spent.outcome !== "started") return null;
  return handOut(context, spent.record, {
    ...secrets,
    rememberMeToken: next,
    rememberMeExpiresAt: spent.seriesExpiresAt,
  });
}

/**
 * What the token was spent for was sealed under it, so only its holder can open it. The repeat is
 * judged as if it had come with the session's own cookie.
 */
async function repeated(
  context: Context,
  { tenantId, token, request }: RememberedStartInput,
  spent: {
    readonly selector: string;
    readonly sealedSuccessor: string;
    readonly seriesExpiresAt: number;
  },
): Promise<Credentials | null> {
  const { crypto } = context;
  const opened = crypto.open(crypto.keyOfToken(token, spent.selector), spent.sealedSuccessor);
  if (opened === null) return null;
  const [sessionToken = "", rememberMeToken = ""] = opened.split(" ");
  const presented = { kind: "session_token", token: sessionToken } as const;
  const judged = await authenticate(context, { tenantId, presented, request, activity: true });
  if (judged.outcome !== "live" && judged.outcome !== "stale") return null;
  return {
    session: judged.session,
    sessionToken,
    refreshToken: null,
    accessToken: null,
    expiresIn: null,
    rememberMeToken,
    rememberMeExpiresAt: spent.seriesExpiresAt,
  };
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
