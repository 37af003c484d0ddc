import { NextResponse } from "next/server";
import { proxy as check } from "endsession/next";
import { open } from "./lib/endsession.js";

export const proxy = check(open, NextResponse, {
  isPrivate: (pathname) => pathname.startsWith("/account"),
});

export const config = { matcher: "/((?!_next/).*)" };
