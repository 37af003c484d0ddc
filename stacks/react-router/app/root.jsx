import { mount } from "endsession/react-router";
import { Outlet, Scripts } from "react-router";
import { open } from "./endsession.server.js";

export const middleware = [mount(open)];

export default function Root() {
  return (
    <html lang="en">
      <body>
        <Outlet />
        <Scripts />
      </body>
    </html>
  );
}
