import { entries } from "./entry.ts";

/** What can be wrong with a build host or its agent. */
export const AGENT_ERRORS = entries({
  CONFIG_FILE_UNREADABLE: {
    blame: "user",
    what: "The configuration {file} can't be read.",
    why: "{reason}",
    next: "Name an existing file: millwright agent --config FILE. agent.config.example.yaml holds every key with its default.",
  },
  CONFIG_INVALID: {
    blame: "user",
    what: "The configuration {file} is not valid.",
    why: "{reason}",
    next: "Mend the lines named. agent.config.example.yaml holds every key with its default.",
  },
  ANDROID_SDK_MISSING: {
    blame: "host",
    what: "The host {host} has no usable Android SDK.",
    why: "{reason}",
    next: "Install one and name it by ANDROID_HOME in the agent's environment, or on Debian and Ubuntu run: make toolchain",
  },
  XCODE_MISSING: {
    blame: "host",
    what: "The host {host} can't build for ios.",
    why: "{reason}",
    next: "Install Xcode on a Mac where an agent runs. One that lies elsewhere is found when its folder stands in xcode.folders of the agent's configuration.",
  },
  DISK_NEARLY_FULL: {
    blame: "host",
    what: "The disk of {host} is nearly full: {free} free in {folder}, and a build needs {needed}.",
    why: "A build that runs out of disk half-way fails with misleading errors, so it isn't begun.",
    next: "Free some space on the host, or lower disk.minFree of the agent's configuration.",
    retry: true,
  },
  DISK_FULL: {
    blame: "host",
    what: "The disk of the build host ran full during the build.",
    why: "{reason}",
    next: "Free some space on the host, then start the build again.",
    retry: true,
  },
  TOOL_MISSING: {
    blame: "host",
    what: "{tool} was not found on the build host.",
    why: "The step {step} runs it, and it is not on the PATH of builds.",
    next: "Install it on the host, or correct PATH in the agent's environment file.",
  },
  SUPERVISOR_LOST: {
    blame: "host",
    what: "The process that ran the build ended without a result.",
    why: "{reason}",
    next: "The host may have run out of memory, or someone ended the process. Start the build again.",
    retry: true,
  },
  HOST_RESTARTED: {
    blame: "host",
    what: "The build host was restarted during the build.",
    why: "The agent's journal holds a build of an earlier boot.",
    next: "Start the build again.",
    retry: true,
  },
  AGENT_LOST: {
    blame: "host",
    what: "The agent {agent} has not been heard of for {silence}.",
    why: "The host is off, cut off from the controller, or the agent doesn't run.",
    next: "Look at the host. The build is tried again on another agent when one fits.",
    retry: true,
  },
  CONTROLLER_UNREACHABLE: {
    blame: "host",
    what: "The controller at {address} can't be reached.",
    why: "{reason}",
    next: "Check that it runs (millwright controller) and that the address and port are right.",
  },
  AGENT_REFUSED: {
    blame: "user",
    what: "The controller refused this agent.",
    why: "{reason}",
    next: "Take the agent token from the controller's data folder (agent.token) and name its file as controller.tokenFile.",
  },
  VERSION_REFUSED: {
    blame: "user",
    what: "This agent and this controller don't speak a common protocol version.",
    why: "{reason}",
    next: "Upgrade the older one.",
  },
  WORK_FOLDER_UNUSABLE: {
    blame: "host",
    what: "The agent's work folder {folder} can't be used.",
    why: "{reason}",
    next: "Give the agent's user write permission there, or name another one as workFolder.",
  },
  WORK_FOLDER_TAKEN: {
    blame: "user",
    what: "Another agent already works in {folder} (process {pid}).",
    why: "Two agents in one folder would take each other's builds.",
    next: "Stop the other one, or give this one a workFolder of its own.",
  },
});
