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
  const whole = `http://localhost${path}`;
  const resolved = URL.canParse(whole) ? new URL(whole).pathname : path;
  const forms = [path, resolved].flatMap((form) => [form, decoded(form)]);
  return [...forms, ...forms.map((form) => form.toLowerCase())].some(
    (form) => isPrivate(form) || isPrivate(form.replace(/\/{2,}/g, "/")),
  );
}

/** Of one form only. */
const plain = /^(?:\/[a-z0-9_-]+)*\/?$/;

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
