// @ts-check
/** The routes of the SuperTokens core that a checked request and a logout ask for. It answers at once. */
import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { createServer } from "node:http";
import { listen } from "./serve.mjs";

const devices = Number(process.argv[2] ?? 1);
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const kid = "d-1";
const now = Math.floor(Date.now() / 1000);
/** @type {Set<string>} */
const ended = new Set();

const sessions = Array.from({ length: devices }, (_, n) => ({
  handle: randomUUID(),
  userId: `user-${n}`,
}));
const tokens = sessions.map(({ handle, userId }) =>
  signed({
    iat: now,
    exp: now + 3600,
    sub: userId,
    tId: "public",
    rsub: userId,
    sessionHandle: handle,
    refreshTokenHash1: "0".repeat(64),
    parentRefreshTokenHash1: null,
    antiCsrfToken: null,
    iss: "http://127.0.0.1/auth",
  }),
);

const server = createServer((request, response) => {
  let text = "";
  request.on("data", (chunk) => (text += String(chunk)));
  request.on("end", () => {
    const body = JSON.stringify(
      answer(request.url?.split("?")[0] ?? "", text ? JSON.parse(text) : {}),
    );
    response.writeHead(200, { "content-type": "application/json" }).end(body);
  });
});
const port = await listen(server);
process.send?.({ port, tokens, handles: sessions.map(({ handle }) => handle) });
process.on("disconnect", () => process.exit());

/** @param {string} path @param {any} body */
function answer(path, body) {
  if (path === "/apiversion") return { versions: ["5.4"] };
  if (path === "/.well-known/jwks.json") {
    return { keys: [{ ...publicKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" }] };
  }
  if (path.endsWith("/session/remove")) {
    for (const handle of body.sessionHandles) ended.add(handle);
    return { status: "OK", sessionHandlesRevoked: body.sessionHandles };
  }
  if (path.endsWith("/session/verify")) {
    const claims = JSON.parse(Buffer.from(body.accessToken.split(".")[1], "base64url").toString());
    if (ended.has(claims.sessionHandle)) return { status: "UNAUTHORISED", message: "ended" };
    const { sessionHandle: handle, sub: userId, rsub: recipeUserId, tId: tenantId } = claims;
    return { status: "OK", session: { handle, userId, recipeUserId, tenantId, userDataInJWT: {} } };
  }
  return { status: "OK" };
}

/** @param {object} payload */
function signed(payload) {
  const part = (/** @type {object} */ value) =>
    Buffer.from(JSON.stringify(value)).toString("base64url");
  const head = `${part({ alg: "RS256", kid, typ: "JWT", version: "5" })}.${part(payload)}`;
  return `${head}.${sign("sha256", Buffer.from(head), privateKey).toString("base64url")}`;
}
