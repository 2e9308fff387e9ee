import { isHostPort } from "../base/config/host-port.ts";

/** What an invitation tells a host: whom to call, whom to believe, and what to show. */
export interface InvitationLine {
  /** host:port of the controller's gRPC side. */
  address: string;
  /** SHA-256 of the CA's certificate. */
  pin: Buffer;
  secret: string;
}

const KIND = "mw1";
const PIN_BYTES = 32;

/** `mw1.ADDRESS.PIN.SECRET`, each in base64url. */
export function writeInvitation({ address, pin, secret }: InvitationLine): string {
  return [KIND, Buffer.from(address).toString("base64url"), pin.toString("base64url"), secret].join(".");
}

/** Reads it again; a text says what is wrong with it. */
export function readInvitation(line: string): InvitationLine | string {
  const [kind, where = "", pinned = "", secret = "", ...more] = line.trim().split(".");
  if (kind !== KIND) return `It doesn't begin with ${KIND}.`;
  if (more.length > 0 || !/^[\w-]{43}$/.test(secret)) return "Its last part is not whole.";
  const pin = Buffer.from(pinned, "base64url");
  if (pin.length !== PIN_BYTES) return "Its third part is not whole.";
  const address = Buffer.from(where, "base64url").toString();
  if (!isHostPort(address)) return "Its second part holds no address.";
  return { address, pin, secret };
}
