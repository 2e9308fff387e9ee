/** A request that isn't fuzz: what the ground is made with and looked at. Throws for an answer that isn't 2xx. */
export type Ask = <T>(method: string, path: string, body?: object) => Promise<T>;

let askers = 0;

/** Below /api/v1, from an address of its own: the limit of logins is by address. */
export function askAs(httpUrl: string, token: string | undefined): Ask {
  const address = `10.1.${(askers >> 8) & 255}.${askers++ & 255}`;
  return async <T>(method: string, path: string, body?: object) => {
    const bearer: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(`${httpUrl}/api/v1${path}`, {
      method,
      headers: { ...bearer, "x-forwarded-for": address, ...(body ? { "content-type": "application/json" } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text.startsWith("{") ? JSON.parse(text) : text) as T;
  };
}
