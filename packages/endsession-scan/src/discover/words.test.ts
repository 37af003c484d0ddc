import { describe, expect, test } from "vitest";
import { isConfirmation, isNext, matches, plain, signInScore, signOutScore } from "./words.ts";

/** What "Log out" and "Log in" are called: as applications write them. */
const languages: readonly (readonly [language: string, out: string, into: string])[] = [
  ["English", "Log out", "Log in"],
  ["English, short", "Sign out", "Sign in"],
  ["German", "Abmelden", "Anmelden"],
  ["French", "Se déconnecter", "Se connecter"],
  ["French, noun", "Déconnexion", "Connexion"],
  ["Spanish", "Cerrar sesión", "Iniciar sesión"],
  ["Italian", "Esci", "Accedi"],
  ["Portuguese", "Terminar sessão", "Iniciar sessão"],
  ["Portuguese, Brazil", "Sair", "Entrar"],
  ["Dutch", "Uitloggen", "Inloggen"],
  ["Polish", "Wyloguj się", "Zaloguj się"],
  ["Swedish", "Logga ut", "Logga in"],
  ["Danish", "Log ud", "Log ind"],
  ["Norwegian", "Logg ut", "Logg inn"],
  ["Finnish", "Kirjaudu ulos", "Kirjaudu sisään"],
  ["Czech", "Odhlásit se", "Přihlásit se"],
  ["Hungarian", "Kijelentkezés", "Bejelentkezés"],
  ["Romanian", "Deconectare", "Autentificare"],
  ["Turkish", "Çıkış yap", "Giriş yap"],
  ["Russian", "Выйти", "Войти"],
  ["Ukrainian", "Вийти", "Увійти"],
  ["Greek", "Αποσύνδεση", "Σύνδεση"],
  ["Japanese", "ログアウト", "ログイン"],
  ["Chinese", "退出登录", "登录"],
  ["Chinese, short", "登出", "登入"],
  ["Korean", "로그아웃", "로그인"],
  ["Arabic", "تسجيل الخروج", "تسجيل الدخول"],
  ["Hebrew", "התנתקות", "התחברות"],
  ["Vietnamese", "Đăng xuất", "Đăng nhập"],
  ["Indonesian", "Keluar", "Masuk"],
  ["Thai", "ออกจากระบบ", "เข้าสู่ระบบ"],
];

describe("Controls that sign out and in, by language", () => {
  test.each(languages)("%s: %s, %s", (_, out, into) => {
    expect(signOutScore(out, "", "")).toBe(100);
    expect(signOutScore(`  ${out.toUpperCase()} `, "#", "nav-link")).toBe(100);
    expect(signInScore(into, "")).toBe(100);
    expect(signOutScore(into, "/login", "")).toBe(0);
    expect(signInScore(out, "")).toBe(0);
  });

  test.each(["→ Log out", "Log out (ada)", "Log out ada@example.test", "Sign out of Notes"])(
    "“%s” signs out, with a name beside it",
    (text) => {
      expect(signOutScore(text, "", "")).toBeGreaterThanOrEqual(70);
    },
  );

  test.each([
    "/logout",
    "/users/sign_out",
    "/auth/sign-out?next=/",
    "/session/end",
    "/d%C3%A9connexion",
  ])("a picture that leads to %s signs out", (address) => {
    expect(signOutScore("", address, "")).toBe(55);
  });
});

/** What a search for the control meets, and must leave alone. */
const decoys = [
  "Logout history",
  "Sign-out log",
  "Logout settings",
  "When did I log out?",
  "Automatic logout after 30 minutes",
  "Log out of all devices",
  "Sign out everywhere",
  "Sign out of all other sessions",
  "Auf allen Geräten abmelden",
  "Se déconnecter de tous les appareils",
  "Cerrar sesión en todos los dispositivos",
  "すべてのデバイスからログアウト",
  "退出所有设备",
  "모든 기기에서 로그아웃",
  "Выйти на всех устройствах",
  "Delete account",
  "Exit survey",
  "Exit full screen",
  "Blog out loud",
  "Catalog output",
  "Checkout",
  "Newsletter abmelden",
  "Vom Newsletter abmelden",
  "Login",
  "Dialogue",
  "Sign up",
];

describe("Decoys", () => {
  test.each(decoys)("“%s” does not win against “Log out”", (decoy) => {
    expect(signOutScore(decoy, "", "")).toBeLessThan(signOutScore("Log out", "/logout", ""));
  });

  test.each([
    "Logout history",
    "Sign-out log",
    "Logout settings",
    "Log out of all devices",
    "Sign out everywhere",
    "Auf allen Geräten abmelden",
    "Delete account",
    "Exit survey",
    "Exit full screen",
    "Blog out loud",
    "Catalog output",
    "Newsletter abmelden",
    "Checkout",
  ])("“%s” is never clicked as a sign-out", (decoy) => {
    expect(signOutScore(decoy, "", "")).toBeLessThan(45);
  });

  test("an address that ends all sessions is no sign-out of this one", () => {
    expect(signOutScore("", "/logout/all", "")).toBe(0);
    expect(signOutScore("Abmelden", "/abmelden", "überall")).toBe(0);
  });
});

test("confirmations, and nothing that only holds one", () => {
  for (const text of ["Yes", "OK", "Bestätigen", "Oui", "Sí", "はい", "确定"])
    expect(isConfirmation(text)).toBe(true);
  for (const text of ["Yes, delete my account", "No", "Cancel", ""])
    expect(isConfirmation(text)).toBe(false);
});

test("what leads on in a sign-in of several steps", () => {
  for (const text of ["Next", "Weiter", "Continuer", "次へ", "Sign in"])
    expect(isNext(text)).toBe(true);
  for (const text of ["Back", "Help", "Forgot password?"]) expect(isNext(text)).toBe(false);
});

test("what changes or destroys is known in several languages", () => {
  for (const text of [
    "Delete account",
    "Konto löschen",
    "Supprimer",
    "Eliminar cuenta",
    "удалить",
    "削除",
    "注销账号删除",
  ])
    expect(matches("destructive", text)).toBe(true);
  for (const text of ["Account", "Notes", "Profil"])
    expect(matches("destructive", text)).toBe(false);
});

test("plain text has no accents, one kind of space and small letters", () => {
  expect(plain("  Se  DÉCONNECTER ")).toBe("se deconnecter");
  expect(plain("ﾛｸﾞｱｳﾄ")).toBe("ログアウト");
});
