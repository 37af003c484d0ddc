import { expect, test } from "vitest";
import { totp } from "./totp.ts";

/** “12345678901234567890” in base32: the secret of RFC 6238, appendix B, for SHA-1. */
const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

test.each([
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_111_111_111, "050471"],
  [1_234_567_890, "005924"],
  [2_000_000_000, "279037"],
  [20_000_000_000, "353130"],
])("RFC 6238, appendix B: at %i s the last six digits are %s", (seconds, code) => {
  expect(totp(secret, seconds * 1000)).toBe(code);
});

test("a code is good for 30 seconds", () => {
  expect(totp(secret, 30_000)).toBe(totp(secret, 59_999));
  expect(totp(secret, 29_999)).not.toBe(totp(secret, 30_000));
});

test("as people write it: small letters, groups, hyphens, padding", () => {
  expect(totp("gezd gnbv gy3t qojq-GEZD GNBV GY3T QOJQ====", 59_000)).toBe("287082");
});

test.each(["JBSWY3DP1", "JBSWY3DP8", "JBSWY3DPÄ", "otpauth://totp/x?secret=JBSWY3DP"])(
  "“%s” is refused, and not repeated",
  (wrong) => {
    expect(() => totp(wrong, 0)).toThrow(
      "totpSecret is not base32: letters A to Z and digits 2 to 7.",
    );
  },
);
