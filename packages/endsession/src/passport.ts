/** `endsession/passport`: Passport 0.6 and newer on sessions of endsession. */
export {
  type LogInOptions,
  passportSession,
  type PassportSessionOptions,
} from "./bridges/passport.ts";
