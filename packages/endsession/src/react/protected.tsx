/** What only a signed-in person may see. */
import { Fragment, type ReactElement, type ReactNode, Suspense } from "react";
import { SessionStatus } from "./session-status.tsx";
import { useSession } from "./use-session.ts";

export interface ProtectedProps {
  readonly children: ReactNode;
  /** Stands there otherwise (default a `SessionStatus`). */
  readonly fallback?: ReactNode;
  /** Stands there until it is known whether somebody is signed in (default `fallback`). */
  readonly loading?: ReactNode;
}

/**
 * Renders its children while somebody is signed in. From the click on logout nothing of them is in
 * the page any more, and their state is gone; another user begins with new ones.
 */
export function Protected(props: ProtectedProps): ReactElement {
  const { children, fallback = <SessionStatus />, loading = fallback } = props;
  const { status, session } = useSession();
  if (status === "signed-in") return <Fragment key={session?.userId}>{children}</Fragment>;
  // A fallback that has to be loaded first would else keep the children in the page, hidden.
  return <Suspense>{status === "loading" ? loading : fallback}</Suspense>;
}
