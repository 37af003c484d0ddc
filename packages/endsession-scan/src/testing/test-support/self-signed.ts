/** A certificate for `localhost` that nobody has signed, good for a hundred years; its key protects nothing. */
export const selfSigned: { readonly key: string; readonly cert: string } = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgMOLrqHtMw0DeTJJp
apqk9oGAESiZ1vMrYtNIpa6SBH2hRANCAATLMJDcyBRbEDv8pbLVRTDV2cyPx/bc
ZNYD4U5y79JnXmE5XHeZ+P5INDNHWuLcnObUdzgGiyCveoSNyM+bERUI
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBlTCCATugAwIBAgIUXAWmaHeKfoWdIdpdQhOuOiOPbKowCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTExNTQ1OVoYDzIxMjYxMDI4
MTE1NDU5WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATLMJDcyBRbEDv8pbLVRTDV2cyPx/bcZNYD4U5y79JnXmE5XHeZ+P5I
NDNHWuLcnObUdzgGiyCveoSNyM+bERUIo2kwZzAdBgNVHQ4EFgQUegCmR33vkJil
MsYBonICG7qcbM8wHwYDVR0jBBgwFoAUegCmR33vkJilMsYBonICG7qcbM8wDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
SAAwRQIgNwkfRbJ63JU8R6nGhTxWgfPdeC8WYlovdg6xxt6jt14CIQDMgMgvedXn
kWd3rMILsHq+rYBMhP7TQPkkoDFP0fYyow==
-----END CERTIFICATE-----`,
};
