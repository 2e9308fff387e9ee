/**
 * Whether two marks may be of one host. A mark is `ID.HARDWARE`: the work folder's own, and one of the host where it could
 * be read; a copied disk brings the first along, not the second. A part that is empty fits everything.
 */
export function sameMachine(one: string, other: string): boolean {
  const [id, hardware] = one.split(".");
  const [otherId, otherHardware] = other.split(".");
  return fits(id, otherId) && fits(hardware, otherHardware);
}

/** Whether a mark has no work folder yet: the host has joined, and its agent not connected. */
export function isUnbound(mark: string): boolean {
  return mark.split(".")[0] === "";
}

function fits(one: string | undefined, other: string | undefined): boolean {
  return !one || !other || one === other;
}
