/**
 * Whether a path is private, where a function of the application tells by its text. Routers take
 * several texts for one page: they decode percent signs, and some ignore case, dots or repeated
 * slashes. Whoever asks for `/%61ccount` must not get past a check of `/account`.
 */

/** Says whether nobody passes without a session, by a path. */
export type IsPrivate = (pathname: string) => boolean;

/** Whether a path is private in any form that a router may take for the same page. */
export function isPrivatePath(isPrivate: IsPrivate, path: string): boolean {
  if (plain.test(path)) return isPrivate(path);
  const rooted = path.startsWith("/") ? path : `/${path}`;
  const forms = [path, rooted, ...resolved(path), ...resolved(rooted)]
    .flatMap((form) => [form, decoded(form)])
    // What was a sign of its own may be read as the end of the path, once it is decoded.
    .flatMap((form) => [form, form.replace(/[?#].*$/s, "")])
    .flatMap((form) => [form, form.replace(/\/{2,}/g, "/")])
    .flatMap((form) => [form, form.replace(/\/$/, "")])
    .flatMap((form) => [form, form.toLowerCase()]);
  return [...new Set(forms)].some((form) => isPrivate(form || "/"));
}

/** Of one form only. */
const plain = /^(?:\/|(?:\/[a-z0-9_-]+)+)$/;

function resolved(path: string): string[] {
  const whole = `http://localhost${path}`;
  return URL.canParse(whole) ? [new URL(whole).pathname] : [];
}

function decoded(path: string): string {
  return path
    .split("/")
    .map((segment) => {
      try {
        return decodeURIComponent(segment).replaceAll("/", "%2F");
      } catch {
        return segment;
      }
    })
    .join("/");
}
