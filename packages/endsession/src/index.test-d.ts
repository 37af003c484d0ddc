/** The public API as types: what an application relies on, and what the compiler must refuse. */
import { describe, expectTypeOf, it } from "vitest";
import type { IncomingMessage, ServerResponse } from "node:http";
import express from "express";
import {
  createEndSession,
  type Authentication,
  type Credentials,
  type EndSession,
  type EndSessionError,
  type EndSessionErrorCode,
  type EndSessionOptions,
  type Receipt,
  type Session,
  type Store,
} from "./index.ts";
import { mount, protect, sessionOf } from "./express.ts";
import { sqliteStore } from "./sqlite.ts";
import { storeContract } from "./testing.ts";

describe("the public API", () => {
  it("needs a store and nothing else", () => {
    expectTypeOf(createEndSession).toEqualTypeOf<
      (options: EndSessionOptions) => Promise<EndSession>
    >();
    expectTypeOf<{ store: Store }>().toExtend<EndSessionOptions>();
    // @ts-expect-error without a store there is no truth
    void createEndSession({});
    // @ts-expect-error profiles are named
    void createEndSession({ store: {} as Store, profile: "aal4" });
    const policies = { device_changed: "no" } as const;
    // @ts-expect-error a policy is record, reauthenticate or end
    void createEndSession({ store: {} as Store, suspicion: { policies } });
  });

  it("says what became of a credential as a union to switch on", () => {
    expectTypeOf<Authentication["outcome"]>().toEqualTypeOf<
      "live" | "stale" | "ended" | "expired" | "unknown"
    >();
    expectTypeOf<
      Extract<Authentication, { outcome: "live" }>["session"]
    >().toEqualTypeOf<Session>();
  });

  it("gives receipts and credentials that cannot be written to", () => {
    expectTypeOf<Receipt["audit_id"]>().toEqualTypeOf<string | null>();
    expectTypeOf<Credentials["sessionToken"]>().toEqualTypeOf<string | null>();
    const receipt = {} as Receipt;
    // @ts-expect-error a receipt is a record of what happened
    receipt.scope = "all";
  });

  it("ends by presented credentials, by id and by user", () => {
    const { sessions } = {} as EndSession;
    expectTypeOf(
      sessions.end({ kind: "session_token", token: "" }),
    ).resolves.toEqualTypeOf<Receipt>();
    expectTypeOf(
      sessions.endOne({ userId: "", sessionId: "" }),
    ).resolves.toEqualTypeOf<Receipt | null>();
    expectTypeOf(sessions.endAll({ userId: "" })).resolves.toEqualTypeOf<Receipt>();
    // @ts-expect-error an event is one of the known ones
    void sessions.securityEvent({ userId: "", type: "birthday" });
  });

  it("throws one class with a closed set of codes", () => {
    expectTypeOf<EndSessionError["code"]>().toEqualTypeOf<EndSessionErrorCode>();
    expectTypeOf<"ERR_STORE_UNAVAILABLE">().toExtend<EndSessionErrorCode>();
  });

  it("mounts in Express and in node:http without their types being needed", () => {
    const app = express();
    const endsession = {} as EndSession;
    app.use(mount(endsession));
    app.get("/", protect(endsession), (req) => {
      expectTypeOf(sessionOf(req)).toEqualTypeOf<Session>();
    });
    expectTypeOf(mount(endsession)).toEqualTypeOf<
      (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void
    >();
  });

  it("takes any database that looks like node:sqlite, and any test runner", () => {
    expectTypeOf(sqliteStore).returns.resolves.toEqualTypeOf<Store>();
    storeContract(it, () => sqliteStore(":memory:"));
  });
});
