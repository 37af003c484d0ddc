/** The one client of the page, and what belongs to the person who is signed in. */
import { type Client, createClient, type Manifest } from "endsession/client";
import { createJournal, type Journal } from "./journal.ts";
import { hasNote, noteKeys } from "./note.ts";
import { createProfile, type Profile } from "./profile.ts";
import { createProof, type Proof } from "./proof.ts";

const second = 1000;

/** Who is signed in, as the server told it. */
export const profile: Profile = createProfile();

/** Asks for the password when the server wants it once more. */
export const proof: Proof = createProof();

/** What the client did, in sentences. */
export const journal: Journal = createJournal(() => [
  ...(hasNote() ? ["the draft note in this browser"] : []),
  ...(profile.get() === null ? [] : ["your address in this page’s memory"]),
]);

/** How long without activity until the session ends: `/app?idle=60` tries it with 60 seconds. */
export const idleTimeout: number = idleOf(new URLSearchParams(location.search).get("idle"));

/** All that has to be gone after the end. */
const manifest: Manifest = {
  localStorage: [noteKeys],
  callbacks: [profile.forget, journal.cleared],
};

/** The client; the provider starts it. */
export const client: Client = createClient({
  manifest,
  idle: { timeout: idleTimeout, warning: Math.min(idleTimeout / 2, 120 * second) },
  navigate: (to) => history.pushState(null, "", to),
  reauthenticate: proof.ask,
});

journal.follow(client);
profile.follow(client);

function idleOf(text: string | null): number {
  const seconds = Number(text ?? Number.NaN);
  return Number.isInteger(seconds) && seconds >= 5 && seconds <= 3600
    ? seconds * second
    : 3_600_000;
}
