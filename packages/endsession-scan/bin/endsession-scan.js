#!/usr/bin/env node
// Checked in, so that `npm ci` can link it before anything is built.
import "../dist/main.js";
