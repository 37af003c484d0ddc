/** Asks for the password once more, before other sessions are ended. */
import { useSession } from "endsession/react";
import {
  type ReactElement,
  type SubmitEvent,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { Field, FormError } from "./field.tsx";
import { postJson } from "./post-json.ts";
import { proof } from "./session.ts";

/** A modal dialog while the question is open. Gone with the session, it counts as "no". */
export function ProofDialog(): ReactElement | null {
  const isOpen = useSyncExternalStore(proof.subscribe, proof.get);
  useEffect(() => () => proof.answer(false), []);
  return isOpen ? <Question /> : null;
}

function Question(): ReactElement {
  const { client } = useSession();
  const dialog = useRef<HTMLDialogElement>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => dialog.current?.showModal(), []);

  const prove = async (form: FormData): Promise<void> => {
    setBusy(true);
    setError(null);
    const status = await postJson("/reauthenticate", { password: form.get("proof") }, client.fetch);
    setBusy(false);
    if (status === 200) return proof.answer(true);
    setError(
      status === 401
        ? "That password is not right. Please try again."
        : "The server could not be asked. Please try again.",
    );
  };
  const onSubmit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!busy) void prove(new FormData(event.currentTarget));
  };
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby="proof-title"
      onClose={() => proof.answer(false)}
    >
      <h2 id="proof-title">Confirm it is you</h2>
      <p>It has been a while since you gave your password. Give it once more to go on.</p>
      <form className="stack" onSubmit={onSubmit}>
        <FormError id="proof-error">{error}</FormError>
        <Field
          id="proof"
          label="Password"
          type="password"
          autoComplete="current-password"
          autoFocus
          errorId={error === null ? undefined : "proof-error"}
        />
        <div className="acts">
          <button className="button" type="button" onClick={() => proof.answer(false)}>
            Cancel
          </button>
          <button className="button button-primary" type="submit" aria-busy={busy}>
            {busy ? "Confirming…" : "Confirm"}
          </button>
        </div>
      </form>
    </dialog>
  );
}
