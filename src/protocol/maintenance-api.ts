/**
 * Maintenance windows: when agents take no new builds. Below `/api/v1`, in the way of api.ts.
 *
 *   GET    /maintenance            { windows: MaintenanceWindow[] }: those that are open or will be
 *   POST   /maintenance            MaintenanceRequest → 201 MaintenanceWindow; for operators
 *   DELETE /maintenance/:window    204; for operators
 */

/** Either `weekly`, or `from` and `until`. */
export interface MaintenanceRequest {
  /** Name or id of the agent; all agents when left out. */
  agent?: string;
  /** `Sun 02:00-04:00`, `Mon-Fri 22:00-06:00`, `daily 03:00-03:30`: as the clock in `timeZone` shows it. */
  weekly?: string;
  /** ISO 8601; now when left out. */
  from?: string;
  until?: string;
  /** IANA name: that of `weekly`, and in which people are told when it ends. UTC when left out. */
  timeZone?: string;
  /** For those who ask why their build waits. */
  reason?: string;
}

export interface MaintenanceWindow {
  id: string;
  /** Missing: it is of all agents. */
  agent?: string;
  weekly?: string;
  timeZone: string;
  reason: string;
  by: string;
  at: string;
  /** Of the time that it is open now, else of the next one. */
  from: string;
  until: string;
  open: boolean;
}

/** Of an agent: the window that is open now. */
export interface Maintenance {
  /** Of the window. */
  id: string;
  from: string;
  until: string;
  /** `until` as the clock in the window's time zone shows it: `Sun 2026-11-22 04:00 Europe/Berlin`. */
  untilInWords: string;
  reason: string;
  by: string;
}
