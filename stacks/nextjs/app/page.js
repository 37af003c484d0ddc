import { currentSession } from "../lib/endsession.js";

export default async function Home() {
  const session = await currentSession();
  return <p>{session ? `Welcome back, ${session.userId}` : "Welcome"}</p>;
}
