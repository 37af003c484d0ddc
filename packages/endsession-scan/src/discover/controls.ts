/** What on a page can be clicked, with what it says and where it leads. */
import type { Frame, Locator, Page } from "playwright-core";

export interface Control {
  readonly locator: Locator;
  readonly tag: string;
  readonly text: string;
  /** The address of a link, or of the form that a button sends. */
  readonly address: string;
  /** `get` or `post` for what sends a form, else empty. */
  readonly formMethod: string;
  /** Id, class, name and the like, those of its icon and of a box around it alone among them. */
  readonly hints: string;
  readonly visible: boolean;
  /** Opens something: a menu, a details element. */
  readonly opens: boolean;
}

const clickable =
  "a, button, summary, input[type=submit], input[type=button], input[type=image], [role=button], [role=link], [role=menuitem], [onclick]";

/** All controls of a page and its frames, in the order of the document. */
export async function controlsOf(page: Page): Promise<Control[]> {
  const all = await Promise.all(page.frames().map(controlsIn));
  return all.flat();
}

/** What stands for the user, without being a control: a menu may open when it is pointed at. */
const ofUser = [
  "avatar",
  "user-menu",
  "usermenu",
  "user_menu",
  "current-user",
  "profile",
  "account",
]
  .flatMap((name) => [`[class*="${name}" i]`, `[id*="${name}" i]`, `[data-testid*="${name}" i]`])
  .join(", ");
const mostSpots = 4;

export interface Spot {
  readonly locator: Locator;
  /** Whether a click leads to another page. */
  readonly leads: boolean;
}

/** Places of a page that stand for the user, the innermost ones. */
export async function userSpots(page: Page): Promise<Spot[]> {
  const locator = page.locator(ofUser);
  const chosen = await locator
    .evaluateAll(
      (elements, selector) =>
        elements.flatMap((element, index) => {
          const box = element.getBoundingClientRect();
          const visible = box.width > 0 && box.height > 0 && box.width < 400 && box.height < 200;
          const leads = element.closest("a[href], button[type=submit]") !== null;
          return visible && element.querySelector(selector) === null ? [{ index, leads }] : [];
        }),
      ofUser,
    )
    .catch(() => []);
  return chosen
    .slice(0, mostSpots)
    .map(({ index, leads }) => ({ locator: locator.nth(index), leads }));
}

async function controlsIn(frame: Frame): Promise<Control[]> {
  const locator = frame.locator(clickable);
  const found = await locator
    .evaluateAll((elements) =>
      elements.map((element) => {
        const own = (name: string): string => element.getAttribute(name) ?? "";
        const form = element.closest("form");
        const submits =
          form !== null &&
          (element.tagName === "BUTTON" ? own("type") !== "button" : element.tagName === "INPUT");
        const picture = element.querySelector("img[alt], svg title, i[title]");
        const named = [
          (element as HTMLElement).innerText ?? "",
          element instanceof HTMLInputElement ? element.value : "",
          own("aria-label"),
          own("title"),
          picture?.getAttribute("alt") ?? picture?.textContent ?? "",
          // What a menu hides has a text all the same.
          element.textContent ?? "",
        ];
        // What a picture means stands in its name, or in that of the box around a lone button.
        const icons = [...element.querySelectorAll("i, svg, use, [data-icon]")]
          .slice(0, 3)
          .map((it) =>
            ["class", "data-icon", "href", "xlink:href"]
              .map((name) => it.getAttribute(name) ?? "")
              .join(" "),
          );
        const around = element.parentElement;
        const wrapper = around?.childElementCount === 1 ? (around.getAttribute("class") ?? "") : "";
        const box = element.getBoundingClientRect();
        return {
          tag: element.tagName.toLowerCase(),
          text: (named.find((it) => it.trim() !== "") ?? "").trim().slice(0, 120),
          address: submits ? form.action : own("href") === "" ? own("formaction") : own("href"),
          formMethod: submits ? form.method : "",
          hints: [
            element.id,
            own("class"),
            own("name"),
            own("data-action"),
            own("data-testid"),
            own("onclick"),
            own("title"),
            own("aria-label"),
            ...icons,
            wrapper,
          ]
            .join(" ")
            .slice(0, 400),
          visible:
            box.width > 0 && box.height > 0 && getComputedStyle(element).visibility !== "hidden",
          opens:
            element.tagName === "SUMMARY" ||
            own("aria-haspopup") !== "" ||
            own("aria-expanded") === "false" ||
            /dropdown|menu|toggle|avatar|user/iu.test(
              `${own("class")} ${own("data-toggle")} ${own("data-bs-toggle")} ${element.id}`,
            ),
        };
      }),
    )
    .catch(() => []);
  return found.map((one, index) => ({ ...one, locator: locator.nth(index) }));
}
