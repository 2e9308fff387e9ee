import type { MemberRole } from "../../../protocol/account-api.ts";

/** What each role may do. */
export const ROLES: Record<MemberRole, string> = {
  viewer: "Sees builds, logs and files.",
  developer: "Also starts and cancels builds, and pushes.",
  admin: "Also changes apps, profiles, members and the rest.",
};
