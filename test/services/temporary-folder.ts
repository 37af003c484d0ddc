/** Folders for what servers write, on a disk. */
import { chown, mkdtemp, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Identity } from "./identity.ts";

/** What `statfs` calls a file system that lives in memory, where fsync means nothing. */
const TMPFS = 0x01_02_19_94;

/** A new folder that belongs to a user: in the temporary folder, or in /var/tmp if that is no disk. */
export async function temporaryFolder(identity: Identity): Promise<string> {
  const parent = (await isTmpfs(tmpdir())) && !(await isTmpfs("/var/tmp")) ? "/var/tmp" : tmpdir();
  const folder = await mkdtemp(join(parent, "endsession-service-"));
  await own(folder, identity);
  return folder;
}

/** Gives a folder or a file to a user. */
export async function own(path: string, { uid, gid }: Identity): Promise<void> {
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
}

function isTmpfs(path: string): Promise<boolean> {
  return statfs(path).then(
    ({ type }) => type === TMPFS,
    // What cannot be looked at is no better place.
    () => true,
  );
}
