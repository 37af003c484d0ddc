/** All audits, the main ones first. */
import type { Audit } from "../audit.ts";
import { backButtonShowsPage } from "./back-button-shows-page.ts";
import { clearSiteDataMisused } from "./clear-site-data-misused.ts";
import { clientDataLeft } from "./client-data-left.ts";
import { cookieFlags } from "./cookie-flags.ts";
import { cookieNotDeleted } from "./cookie-not-deleted.ts";
import { cookieTwins } from "./cookie-twins.ts";
import { corsTooOpen } from "./cors-too-open.ts";
import { deviceListLeaksCredentials } from "./device-list-leaks-credentials.ts";
import { errorDetailsShown } from "./error-details-shown.ts";
import { idleTimeoutMissing } from "./idle-timeout-missing.ts";
import { instancesDisagree } from "./instances-disagree.ts";
import { logoutAllIncomplete } from "./logout-all-incomplete.ts";
import { logoutAllMissing } from "./logout-all-missing.ts";
import { logoutByGet } from "./logout-by-get.ts";
import { logoutByPrefetch } from "./logout-by-prefetch.ts";
import { logoutCrossSite } from "./logout-cross-site.ts";
import { logoutLeaksValidity } from "./logout-leaks-validity.ts";
import { logoutNeedsLiveSession } from "./logout-needs-live-session.ts";
import { openChannelSurvives } from "./open-channel-survives.ts";
import { otherDeviceEnded } from "./other-device-ended.ts";
import { otherTabStays } from "./other-tab-stays.ts";
import { passwordChangeKeepsSessions } from "./password-change-keeps-sessions.ts";
import { privatePageCacheable } from "./private-page-cacheable.ts";
import { rateLimitBlocksLogout } from "./rate-limit-blocks-logout.ts";
import { redirectNotSafe } from "./redirect-not-safe.ts";
import { refreshFamilyForks } from "./refresh-family-forks.ts";
import { refreshReuseAccepted } from "./refresh-reuse-accepted.ts";
import { refreshSurvivesLogout } from "./refresh-survives-logout.ts";
import { rememberMeSurvivesLogout } from "./remember-me-survives-logout.ts";
import { revocationDelayed } from "./revocation-delayed.ts";
import { secretInUrl } from "./secret-in-url.ts";
import { serviceWorkerServesPrivate } from "./service-worker-serves-private.ts";
import { sessionFixation } from "./session-fixation.ts";
import { sessionSurvivesLogout } from "./session-survives-logout.ts";
import { slowRequestResurrects } from "./slow-request-resurrects.ts";
import { ssoSignsBackIn } from "./sso-signs-back-in.ts";
import { tabReinstallsCredentials } from "./tab-reinstalls-credentials.ts";
import { tokenInWebStorage } from "./token-in-web-storage.ts";
import { tokenSurvivesLogout } from "./token-survives-logout.ts";

export const audits: readonly Audit[] = [
  sessionSurvivesLogout,
  tokenSurvivesLogout,
  rememberMeSurvivesLogout,
  refreshSurvivesLogout,
  revocationDelayed,
  instancesDisagree,
  slowRequestResurrects,
  tabReinstallsCredentials,
  openChannelSurvives,
  ssoSignsBackIn,
  logoutAllIncomplete,
  passwordChangeKeepsSessions,
  logoutAllMissing,
  otherDeviceEnded,
  backButtonShowsPage,
  otherTabStays,
  serviceWorkerServesPrivate,
  clientDataLeft,
  privatePageCacheable,
  cookieNotDeleted,
  cookieTwins,
  cookieFlags,
  clearSiteDataMisused,
  logoutByGet,
  logoutByPrefetch,
  logoutCrossSite,
  logoutNeedsLiveSession,
  logoutLeaksValidity,
  rateLimitBlocksLogout,
  redirectNotSafe,
  refreshReuseAccepted,
  refreshFamilyForks,
  sessionFixation,
  tokenInWebStorage,
  deviceListLeaksCredentials,
  secretInUrl,
  corsTooOpen,
  errorDetailsShown,
  idleTimeoutMissing,
];

/** Ids of the quick set: what one logout on one of two devices shows. */
export const quickAudits: readonly string[] = audits
  .filter(({ quick }) => quick)
  .map(({ id }) => id);
