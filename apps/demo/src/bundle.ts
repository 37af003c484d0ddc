/** What runs in browsers, as `npm run build` has bundled it. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

/** One file for browsers. */
export interface Asset {
  /** Its address; it changes with the text, so that caches may keep it. */
  readonly href: string;
  readonly text: string;
}

/** What the single page loads, and the script of the plain pages. */
export interface Bundle {
  readonly script: Asset;
  readonly style: Asset;
  readonly plain: Asset;
}

/** The script of the plain pages, which are made before anything is read. */
export const plainScript = "plain.js";

// The same folder, whether this file runs from src/ or from dist/.
const folder = new URL("../dist/browser/", import.meta.url);
let bundle: Promise<Bundle> | null = null;

/** The bundle; read at its first use. Rejects when there was no build. */
export function readBundle(): Promise<Bundle> {
  bundle ??= readAll();
  return bundle;
}

async function readAll(): Promise<Bundle> {
  const script = await assetOf("app.js");
  const style = await assetOf("app-style.css");
  const plain = await assetOf(plainScript);
  return { script, style, plain };
}

async function assetOf(name: string): Promise<Asset> {
  return asset(name, await readFile(new URL(name, folder), "utf8"));
}

/** A text under its name, with the address that goes with it. */
export function asset(name: string, text: string): Asset {
  const version = createHash("sha256").update(text).digest("hex").slice(0, 12);
  return { href: `/assets/${name}?v=${version}`, text };
}
