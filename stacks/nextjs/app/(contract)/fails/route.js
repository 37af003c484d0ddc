import { route } from "../../../lib/contract.js";

const fails = route(() => {
  throw new Error("own");
});
export { fails as GET, fails as POST };
