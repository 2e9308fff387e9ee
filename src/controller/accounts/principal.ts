/** What a person, or a token, may do in an account. */
export const PERMISSIONS = ["read", "build", "manage"] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** `manage` is everything that others in the account depend on: apps, settings, automations, webhooks, members. */
const OF_ROLE = {
  viewer: ["read"],
  developer: ["read", "build"],
  admin: ["read", "build", "manage"],
} as const satisfies Record<string, readonly Permission[]>;

export type Role = keyof typeof OF_ROLE;
export const ROLES = Object.keys(OF_ROLE) as Role[];

/** Who makes a request, and what they may do. */
export interface Principal {
  /** For the audit and for `requested by`: an e-mail, or `admin` for the holder of the controller's own token. */
  name: string;
  user?: { id: number; email: string };
  /** Set when the token is that of a login: which one. Only a login may change its person's tokens and password. */
  login?: string;
  /** May do everything, also what belongs to no account: agents, keys, users. */
  operator: boolean;
  /** By the account's id: what they may do there. Empty for operators. */
  accounts: ReadonlyMap<string, ReadonlySet<Permission>>;
}

/** The accounts whose things are looked at: some, or all there are. */
export type AccountScope = readonly string[] | "all";

/** The holder of the token in the controller's data folder. */
export const ADMIN: Principal = { name: "admin", operator: true, accounts: new Map() };

export function permissionsOf(role: string): readonly Permission[] {
  return OF_ROLE[role as Role] ?? [];
}

export function may(principal: Principal, accountId: string, permission: Permission): boolean {
  return principal.operator || principal.accounts.get(accountId)?.has(permission) === true;
}

/** The accounts in which they may do this. */
export function scopeOf(principal: Principal, permission: Permission): AccountScope {
  if (principal.operator) return "all";
  return [...principal.accounts].filter(([, may]) => may.has(permission)).map(([id]) => id);
}
