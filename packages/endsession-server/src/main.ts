#!/usr/bin/env node
/** `endsession`: the operator's command line. */
import { runCommandLine } from "./command-line.ts";

process.exitCode = await runCommandLine(process.argv, process.env, process);
