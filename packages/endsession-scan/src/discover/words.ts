/** What controls are called, in the languages that one meets. */

const signOut = list(`
  log out, logout, sign out, signout, log off, logoff, sign off, end session, abmelden,
  ausloggen, deconnexion, se deconnecter, deconnecter, me deconnecter, cerrar sesion,
  cerrar la sesion, desconectar, desconectarse, desconexion, salir, esci, disconnetti,
  disconnettersi, sair, terminar sessao, encerrar sessao, desligar, afmelden, uitloggen,
  wyloguj, wyloguj sie, logga ut, log ud, log af, logg ut, logg av, kirjaudu ulos, odhlasit,
  odhlasit se, odhlasit sa, odjava, odjavi se, kijelentkezes, kilepes, deconectare, iesire,
  cikis, cikis yap, oturumu kapat, выйти, выход, вийти, вихід, изход, αποσυνδεση, εξοδος,
  ログアウト, サインアウト, 退出, 退出登录, 登出, 注销, 安全退出, 로그아웃, تسجيل الخروج, خروج, התנתק, התנתקות, יציאה,
  đang xuat, dang xuat, keluar, ออกจากระบบ, लॉग आउट`);

const signIn = list(`
  log in, login, sign in, signin, log on, logon, anmelden, einloggen, connexion,
  se connecter, connectez-vous, iniciar sesion, inicia sesion, entrar, acceder, ingresar,
  accedi, entra, iniciar sessao, inloggen, aanmelden, zaloguj, zaloguj sie, logga in,
  log ind, logg inn, kirjaudu, kirjaudu sisaan, prihlasit, prihlasit se, prihlaseni,
  bejelentkezes, belepes, autentificare, conectare, giris, giris yap, oturum ac, войти, вход,
  увійти, вхід, συνδεση, ログイン, サインイン, 登录, 登入, 登陆, 로그인, تسجيل الدخول, دخول, התחבר, התחברות,
  כניסה, dang nhap, masuk, เข้าสู่ระบบ, my account, mein konto, mon compte, mi cuenta`);

const next = list(`
  next, continue, weiter, suivant, continuer, siguiente, continuar, avanti, prosegui,
  seguinte, volgende, doorgaan, dalej, nasta, naeste, neste, seuraava, dalsi, tovabb, devam,
  далее, продолжить, далі, 次へ, 続ける, 下一步, 继续, 다음, 계속`);

const confirm = list(`
  yes, ok, confirm, ja, bestatigen, oui, confirmer, si, confirmar, conferma, sim, bevestigen,
  tak, potwierdz, да, подтвердить, はい, 確認, 是, 确定, 确认, 네, 확인`);

const patterns = {
  everywhere:
    /all (?:of )?(?:your |my )?(?:other )?(?:devices|sessions|browsers)|everywhere|(?:other|all other) (?:sessions|devices)|all sessions|allen? (?:anderen )?(?:geraten|sitzungen)|anderen? (?:gerate|sitzungen|geraten)|uberall|tous (?:les|vos|mes) (?:autres )?appareils|toutes (?:les|vos|mes) (?:autres )?sessions|autres (?:sessions|appareils)|partout|todos (?:los|tus|mis) (?:demas )?dispositivos|todas (?:las|tus|mis) (?:demas )?sesiones|demas dispositivos|otras sesiones|tutti i dispositivi|tutte le sessioni|ovunque|todos os dispositivos|todas as sessoes|alle (?:andere )?(?:apparaten|sessies)|wszystkich|alla enheter|alle enheder|alle enheter|всех устройств|других устройств|всех сеанс|すべての(?:デバイス|端末|セッション|機器)|全ての(?:デバイス|端末|セッション)|他の(?:デバイス|端末|セッション)|所有设备|全部设备|其他设备|모든 (?:기기|세션)|다른 기기/u,
  others:
    /\bother|\belse|\bander|\bautres?\b|\botr[ao]s\b|\bdemas\b|\baltr[ie]\b|\boutr[ao]s\b|\bandra\b|\bovriga\b|\binnych\b|друг|інш|他の|其他|다른/u,
  aboutSignOut:
    /history|settings|preferences|options|survey|newsletter|automatic|minutes|timeout|\b(?:how|when|why|after|before|log)$|^(?:how|when|why|after|before)\b|verlauf|einstellungen|automatisch|historique|parametres|historial|ajustes/u,
  remember:
    /remember|keep me|stay (?:signed|logged)|keep.*(?:signed|logged) in|angemeldet bleiben|eingeloggt bleiben|merken|souvenir|rester connect|recuerd|recordar|mantener|ricord|lembrar|manter|onthoud|ingelogd blijven|zapamietaj|kom ihag|husk|muista|pamatovat|zapamatovat|запомнить|запам|記憶|したまま|保持|记住|자동 ?로그인|로그인 상태|تذكر|זכור/u,
  devices:
    /devices|sessions|active sessions|gerate|sitzungen|appareils|dispositivos|sesiones|dispositivi|sessioni|sessoes|apparaten|sessies|urzadzenia|enheter|enheder|устройств|сеанс|デバイス|端末|セッション|设备|会话|기기|세션/u,
  account:
    /account|profile|settings|security|preferences|konto|profil|einstellungen|sicherheit|compte|parametres|cuenta|perfil|ajustes|seguridad|impostazioni|sicurezza|conta|definicoes|instellingen|ustawienia|installningar|indstillinger|настройки|профиль|アカウント|設定|プロフィール|账户|设置|个人|계정|설정|프로필|user|me$/u,
  destructive:
    /delete|remove|destroy|revoke|cancel|unsubscribe|deactivate|disable|reset|purge|drop|empty|trash|erase|loschen|entfernen|kundigen|supprimer|annuler|eliminar|borrar|cancelar|elimina|excluir|verwijder|usun|radera|slet|удалить|削除|删除|삭제|download|export|impersonat|switch|toggle|install|upgrade|shutdown|restart|clear|flush/u,
} as const;

/** What is separated by commas. */
function list(words: string): string[] {
  return words.split(",").map(plain);
}

/** Latin and Greek letters without accents, all in lower case, with single spaces. */
export function plain(text: string): string {
  return text
    .normalize("NFKD")
    .replaceAll(/(?<=[\p{Script=Latin}\p{Script=Greek}][\u0300-\u036F]*)[\u0300-\u036F]/gu, "")
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll("ı", "i")
    .replaceAll("đ", "d")
    .replaceAll(/[\s\u00A0]+/gu, " ")
    .trim();
}

/** Addresses that sign out. */
export const signOutAddress: RegExp =
  /log[-_]?(?:out|off)|sign[-_]?(?:out|off)|abmeld|deconn|d%C3%A9conn|cerrar[-_]?sesion|uitlog|wylog|logga-?ut|kijelent|odhla|end[-_]?session|session[-_/]?(?:end|destroy|close)|exit=|quit=/iu;
const signInAddress =
  /log[-_]?in|sign[-_]?in|log[-_]?on|\/auth\b|session\/new|sessions\/new|connexion|anmeld|accedi|acceso|entrar|ログイン/iu;

/**
 * How surely a control with that text and address signs out: 0 for not at all, 100 for exactly so.
 * What ends all sessions is no sign-out of this one.
 */
export function signOutScore(text: string, address: string, hints: string): number {
  const words = plain(text);
  if (patterns.everywhere.test(words) || patterns.everywhere.test(plain(hints))) return 0;
  const said = score(words, signOut);
  if (said < 100 && patterns.aboutSignOut.test(words)) return 0;
  const addressed =
    signOutAddress.test(address) && !/all|everywhere|others/iu.test(address) ? 55 : 0;
  const hinted = signOutAddress.test(hints) || score(plain(hints), signOut) === 100 ? 45 : 0;
  return Math.max(said, addressed, hinted);
}

export function signInScore(text: string, address: string): number {
  const words = plain(text);
  if (score(words, signOut) === 100) return 0;
  return Math.max(score(words, signIn), signInAddress.test(address) ? 50 : 0);
}

export function isNext(text: string): boolean {
  const words = plain(text);
  return score(words, next) > 0 || score(words, signIn) > 0;
}

/** "Yes", "OK", "Confirm" and nothing else. */
export function isConfirmation(text: string): boolean {
  return score(plain(text), confirm) === 100;
}

export function matches(kind: keyof typeof patterns, text: string): boolean {
  return patterns[kind].test(plain(text));
}

function score(words: string, list: readonly string[]): number {
  const bare = words.replaceAll(/[^\p{L}\p{M}\p{N} -]/gu, "").trim();
  if (bare === "") return 0;
  if (list.includes(bare)) return 100;
  if (bare.length > 40) return 0;
  const inside = list.some((one) =>
    one.length > 3 || /[^ -~]/u.test(one) ? includesWord(bare, one) : false,
  );
  return inside ? 70 : 0;
}

/** As a word of its own, where the script knows spaces. */
function includesWord(text: string, word: string): boolean {
  if (/[^\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek} -]/u.test(word))
    return text.includes(word);
  return ` ${text} `.includes(` ${word} `);
}
