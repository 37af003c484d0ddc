import { currentSession } from "endsession/react-router";
import { open } from "../endsession.server.js";

export async function loader(args) {
  const session = await currentSession(await open(), args);
  return { user: session?.userId ?? null };
}

export default function Home({ loaderData: { user } }) {
  return <p>{user ? `Welcome back, ${user}` : "Welcome"}</p>;
}
