/** `endsession`: the operator's command line. */
import { runCommandLine } from "./command-line.ts";

const io = { env: process.env, streams: process, folder: process.cwd() };
process.exitCode = await runCommandLine(process.argv, io);
