/** How this controller stands to others on the same store. */
export interface Replicas {
  /** There may be others: agents and people speak to them too, and what isn't in the store they don't know. */
  shared: boolean;
  /** Whether this one does what need be done once only. */
  leads(): boolean;
  /** Calls when this one begins to lead; at once when it does already. */
  onLead(listener: () => void): void;
  close(): Promise<void>;
}

/** On SQLite there are no others. */
export const ALONE: Replicas = {
  shared: false,
  leads: () => true,
  onLead: (listener) => listener(),
  close: async () => {},
};
