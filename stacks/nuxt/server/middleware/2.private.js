import { protect } from "endsession/nuxt";

const isPrivate = (pathname) => pathname.startsWith("/account");

export default defineEventHandler(protect(open, { isPrivate }));
