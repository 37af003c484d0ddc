/** Names a user among those of all tenants, for maps and counters: ids may hold spaces. */
export function userKey(tenantId: string, userId: string): string {
  return `${tenantId.length} ${tenantId} ${userId}`;
}
