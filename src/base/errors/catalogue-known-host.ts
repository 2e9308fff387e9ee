import { entries } from "./entry.ts";

/** What a build host ran out of while a tool worked. */
export const HOST_FAILURES = entries({
  FILE_WATCHERS_EXHAUSTED: {
    blame: "host",
    what: "The build host has no file watchers left.",
    why: "A tool of the build watches files, and the system's limit for watched files is reached. (Linux reports it as ENOSPC, but the disk is not full.)",
    next: "Raise it on the host: sysctl fs.inotify.max_user_watches=524288. Or let the script build once instead of watching.",
  },
  TOO_MANY_OPEN_FILES: {
    blame: "host",
    what: "A tool of the build could not open another file.",
    why: "The limit of open files for the agent's user is reached: {said}.",
    next: "Raise it where the agent is started: LimitNOFILE=65536 in its systemd unit, or ulimit -n 65536.",
  },
  NODE_HEAP_EXHAUSTED: {
    blame: "user",
    what: "Node ran out of its own memory limit during {command}.",
    why: "{said}. Node limits its heap to a part of the host's memory, and bundlers of large apps need more.",
    next: "Give it more: set the variable NODE_OPTIONS=--max-old-space-size=4096 in the environment of the build (millwright environments set NAME --variable …), and check that the host has that much memory.",
    link: "https://nodejs.org/api/cli.html#--max-old-space-sizesize-in-mib",
  },
  JAVA_HEAP_EXHAUSTED: {
    blame: "user",
    what: "Gradle ran out of its memory limit.",
    why: "Java says: {said}. Gradle's limit comes from org.gradle.jvmargs, which cordova-android sets, or from the agent's GRADLE_OPTS.",
    next: "Raise it on the host: org.gradle.jvmargs=-Xmx4g in gradle.properties of its GRADLE_USER_HOME, which goes before the project's own. Check that the host has that much memory.",
    link: "https://docs.gradle.org/current/userguide/build_environment.html",
  },
  JAVA_MEMORY_REFUSED: {
    blame: "host",
    what: "Java could not get the memory that it was told to use.",
    why: "{said}. Its limit (-Xmx) is higher than what the host or its container can give.",
    next: "Lower -Xmx in org.gradle.jvmargs or the agent's GRADLE_OPTS, run fewer builds at once (slots), or give the host more memory.",
  },
  MEMORY_KILLED: {
    blame: "host",
    what: "A process of the build was killed from outside, most likely because the host ran out of memory.",
    why: "{said}. Linux kills the largest process when memory is used up (exit code 137, signal KILL).",
    next: "Look into the host's kernel log (dmesg | grep -i oom). Give it more memory or swap, or run fewer builds at once: slots in the agent's configuration.",
  },
});
