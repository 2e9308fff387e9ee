import type { Me } from "../../protocol/account-api.ts";

export interface Place {
  path: string;
  name: string;
}

export interface PlaceGroup {
  name: string;
  places: Place[];
}

/** The parts of the settings that somebody can do something with. */
export function placesFor(me: Me): PlaceGroup[] {
  const manages = me.operator || me.accounts.some(({ scopes }) => scopes.includes("manage"));
  const groups = [
    { name: "Builds", places: BUILDS },
    { name: "Accounts", places: manages ? [...ACCOUNTS, ...MANAGED] : ACCOUNTS },
    { name: "You", places: YOURS },
    { name: "Controller", places: me.operator ? OPERATED : [] },
  ];
  return groups.filter(({ places }) => places.length > 0);
}

const BUILDS: Place[] = [
  { path: "/settings/apps", name: "Apps" },
  { path: "/settings/profiles", name: "Security profiles" },
  { path: "/settings/environments", name: "Environments" },
  { path: "/settings/native-configs", name: "Native configs" },
  { path: "/settings/target-platforms", name: "Target platforms" },
];
const ACCOUNTS: Place[] = [{ path: "/settings/accounts", name: "Accounts and limits" }];
const MANAGED: Place[] = [
  { path: "/settings/webhooks", name: "Webhooks" },
  { path: "/settings/audit", name: "Audit" },
];
const YOURS: Place[] = [
  { path: "/settings/tokens", name: "Tokens" },
  { path: "/settings/password", name: "Password" },
];
const OPERATED: Place[] = [{ path: "/settings/users", name: "Users" }];

/** Whether an address lies in a part. */
export function isIn(place: Place, path: string): boolean {
  return path === place.path || path.startsWith(`${place.path}/`);
}
