/** The accounts that a new database begins with; the sign-in pages list them. */
export const demoAccounts: readonly { readonly email: string; readonly password: string }[] = [
  { email: "test@example.com", password: "password123" },
  { email: "owner@example.com", password: "correct-horse-battery-staple" },
  { email: "guest@example.com", password: "correct-horse-battery-staple" },
];
