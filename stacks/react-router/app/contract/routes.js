import { route } from "@react-router/dev/routes";

const paths = ["me", "change", "slow", "slow/password", "fails", "sign-in"];
const more = ["maybe", "password", "others", "prove"];

export const contract = [...paths, ...more].map((path) =>
  route(path, "contract/route.js", { id: `contract/${path}` }),
);
