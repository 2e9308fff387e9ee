/** The first file that a process is given in this way, as sd_listen_fds(3) has it. */
const FIRST = 3;

/**
 * The listening socket that whoever started this process passed to it (systemd's socket activation: LISTEN_PID, LISTEN_FDS),
 * as a file descriptor; of several the one that LISTEN_FDNAMES calls `http`, or the first. It outlives this process: who
 * connects during a restart waits, instead of being refused. The variables are taken out of `environment`, because they are
 * meant for no child.
 */
export function inheritedSocket(environment: NodeJS.ProcessEnv, pid: number): number | undefined {
  const { LISTEN_PID: forPid, LISTEN_FDS: count, LISTEN_FDNAMES: names = "" } = environment;
  for (const name of ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]) delete environment[name];
  if (Number(forPid) !== pid || !(Number(count) >= 1)) return undefined;
  const http = names.split(":").slice(0, Number(count)).indexOf("http");
  return FIRST + Math.max(0, http);
}
