/** Hints of a page that let the browser fetch the logout's address by itself. */
import type { Device } from "../browser/device.ts";
import { signOutAddress } from "../discover/words.ts";

/** The hints as they stand in the page, shortened. */
export async function prefetchesOf({ page }: Device): Promise<string[]> {
  const hints = await page.evaluate(hintsFor, signOutAddress.source).catch(() => []);
  return hints.map((hint) => hint.replaceAll(/\s+/gu, " ").trim().slice(0, 160));
}

/** Runs in the page. */
function hintsFor(signOut: string): string[] {
  interface Where {
    readonly href_matches?: string | string[];
    readonly selector_matches?: string | string[];
    readonly and?: Where[];
    readonly or?: Where[];
    readonly not?: Where;
  }
  interface Rule {
    readonly urls?: string[];
    readonly where?: Where;
  }
  const named = new RegExp(signOut, "iu");
  const links = [...document.querySelectorAll<HTMLAnchorElement>("a[href]")].filter(({ href }) =>
    named.test(href),
  );
  const list = <T>(one: T | T[] | undefined): T[] =>
    one === undefined ? [] : Array.isArray(one) ? one : [one];
  /** Of the patterns for addresses, what the rules of real pages use: fixed text and stars. */
  const hrefMatches = (pattern: string, href: string): boolean => {
    const { href: absolute } = new URL(pattern.replaceAll("*", "%2A"), document.baseURI);
    const parts = absolute
      .split("%2A")
      .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/gu, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`, "u").test(href);
  };
  /** Document rules, HTML Standard, "speculation rules". */
  const covers = (where: Where, link: HTMLAnchorElement): boolean =>
    list(where.and).every((one) => covers(one, link)) &&
    (where.or === undefined || where.or.some((one) => covers(one, link))) &&
    (where.not === undefined || !covers(where.not, link)) &&
    (where.href_matches === undefined ||
      list(where.href_matches).some((pattern) => hrefMatches(pattern, link.href))) &&
    (where.selector_matches === undefined ||
      list(where.selector_matches).some((selector) => link.matches(selector)));
  const rulesOf = (text: string): Rule[] => {
    try {
      const parsed = JSON.parse(text) as Record<string, Rule[]>;
      return [...list(parsed["prefetch"]), ...list(parsed["prerender"])].flat();
    } catch {
      return [];
    }
  };
  const reaches = ({ urls, where }: Rule): boolean =>
    list(urls).some((url) => named.test(url)) ||
    (urls === undefined && links.some((link) => covers(where ?? {}, link)));
  return [
    ...[
      ...document.querySelectorAll<HTMLLinkElement>(
        "link[rel~=prefetch], link[rel~=prerender], link[rel~=preload]",
      ),
    ].flatMap((it) => (named.test(it.href) ? [it.outerHTML] : [])),
    ...[...document.querySelectorAll("script[type=speculationrules]")].flatMap((it) => {
      const text = it.textContent ?? "";
      return rulesOf(text).some(reaches) ? [text] : [];
    }),
  ];
}
