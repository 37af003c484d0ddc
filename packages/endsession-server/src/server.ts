/** `endsession-server`: the service; the same as `endsession serve`. */
import { runCommandLine } from "./command-line.ts";

const [node = "", script = "", ...args] = process.argv;
const io = { env: process.env, streams: process, folder: process.cwd() };
const code = await runCommandLine([node, script, "serve", ...args], io);
// A server that does not answer must not keep the process.
process.exit(code);
