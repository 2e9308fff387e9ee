/** Whether agents are to show client certificates. */
export type ClientCerts = "required" | "optional" | "off";

/** What the operator decides about client certificates of agents. */
export interface ClientCertificateOptions {
  /** Off, when left out. */
  grpcClientCerts?: ClientCerts | undefined;
  /** The operator's CA that signs them: its certificate and its key, instead of the controller's own. */
  grpcClientCa?: string | undefined;
  grpcClientCaKey?: string | undefined;
  /** For tests: how long one is good, instead of seven days. */
  clientCertificateMs?: number | undefined;
}
