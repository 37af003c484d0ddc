/** `endsession/react`: hooks and components over a client, for React 18 and newer. */
"use client";
export { DeviceList, type DeviceListProps } from "./react/device-list.tsx";
export { IdleWarning, type IdleWarningProps } from "./react/idle-warning.tsx";
export { LogoutButton, type LogoutButtonProps } from "./react/logout-button.tsx";
export { LogoutOptions, type LogoutOptionsProps } from "./react/logout-options.tsx";
export {
  LogoutWithConfirmation,
  type LogoutWithConfirmationProps,
} from "./react/logout-with-confirmation.tsx";
export { Protected, type ProtectedProps } from "./react/protected.tsx";
export { SessionProvider, type SessionProviderProps } from "./react/session-provider.tsx";
export { SessionStatus, type SessionStatusProps } from "./react/session-status.tsx";
export type { Texts } from "./react/texts.ts";
export { type Auth, AuthProvider, useAuth } from "./react/use-auth.ts";
export { type Devices, useDevices } from "./react/use-devices.ts";
export { type Idle, useIdle } from "./react/use-idle.ts";
export { type Logout, useLogout } from "./react/use-logout.ts";
export { type Session, useSession } from "./react/use-session.ts";
