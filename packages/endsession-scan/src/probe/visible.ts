/** The text and tags of a page, read once from front to back, however broken its markup is. */

/** What a reader sees nothing of. */
const unseen = /<!--|<(script|style|noscript|template)\b/giu;

/** The page without comments, scripts and the like; what is never closed goes up to the end. */
export function withoutUnseen(body: string): string {
  const kept: string[] = [];
  let at = 0;
  unseen.lastIndex = 0;
  for (let found = unseen.exec(body); found !== null; found = unseen.exec(body)) {
    kept.push(body.slice(at, found.index));
    const closing = new RegExp(found[1] === undefined ? "-->" : `</${found[1]}`, "giu");
    closing.lastIndex = unseen.lastIndex;
    const closes = closing.exec(body) === null ? -1 : body.indexOf(">", closing.lastIndex - 1);
    if (closes < 0) return kept.join("");
    at = closes + 1;
    unseen.lastIndex = at;
  }
  return kept.join("") + body.slice(at);
}

/** Tags, and the text between them. */
export function piecesOf(body: string): { readonly tags: string[]; readonly texts: string[] } {
  const tags: string[] = [];
  const texts: string[] = [];
  let at = 0;
  while (at < body.length) {
    const opens = body.indexOf("<", at);
    const closes = opens < 0 ? -1 : body.indexOf(">", opens);
    texts.push(body.slice(at, opens < 0 || closes < 0 ? undefined : opens));
    if (closes < 0) break;
    tags.push(body.slice(opens, closes + 1));
    at = closes + 1;
  }
  return { tags, texts };
}
