import { index, route } from "@react-router/dev/routes";
import { contract } from "./contract/routes.js";

export default [
  index("routes/home.jsx"),
  route("signin", "routes/signin.jsx"),
  route("account", "routes/account.jsx"),
  ...contract, // of the tests
  route("*", "routes/rest.js"),
];
