import type { FastifyInstance, HTTPMethods } from "fastify";
import { errorOf, type MillwrightError } from "../../../base/errors/millwright-error.ts";
import { told } from "../openapi/told.ts";

interface NotOffered {
  methods: HTTPMethods[];
  paths: string[];
  what: string;
  why: string;
  next: string;
}

const READ: HTTPMethods[] = ["GET"];
const ALL: HTTPMethods[] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

const GIT_HOST = {
  what: "Linking a git host by its login",
  why: "Millwright fetches from any git address, and has git remotes of its own.",
  next: "Choose “Don't use a git host” here; then give the app its address with millwright apps set NAME --git-url URL, or push to the remote that ionic git remote adds.",
};

/** What Appflow had and Millwright doesn't: the CLIs get a sentence instead of a riddle. */
const NOT_OFFERED: readonly NotOffered[] = [
  {
    methods: READ,
    paths: ["/auth/connections/:email"],
    what: "Single sign-on of this CLI version",
    why: "Its address is built into the CLI.",
    next: "Log in with e-mail and password, or set IONIC_TOKEN to a token that millwright tokens create makes.",
  },
  {
    methods: ALL,
    paths: ["/users/:user/sshkeys", "/users/:user/sshkeys/:key"],
    what: "Pushing with an SSH key",
    why: "The git remotes of Millwright are reached by https.",
    next: "Run ionic git remote and push with your e-mail, or any name, and a token as the password; no key is needed.",
  },
  { methods: ALL, paths: ["/users/:user/oauth/*", "/apps/:app/repository"], ...GIT_HOST },
  {
    methods: ALL,
    paths: ["/apps/:app/snapshots", "/apps/:app/snapshots/*", "/monitoring/*"],
    what: "Snapshots and error monitoring",
    why: "Millwright builds apps, and has no live updates or monitoring.",
    next: "Make the web build with ionic deploy build.",
  },
  {
    methods: ALL,
    paths: ["/security/*", "/keys/*", "/orgs/*"],
    what: "Managing this through the Ionic CLI",
    why: "It belongs to services that Millwright doesn't replace.",
    next: "Profiles, environments, native configs and tokens are managed with the millwright command.",
  },
];

/** Store destinations and live-update channels, where a request names one. */
export function destinationNotOffered(name: string): MillwrightError {
  return errorOf("NOT_OFFERED", {
    what: `The store destination ${name}`,
    why: "Millwright builds and signs app files, and doesn't send them to app stores: there are no destinations.",
    next: "Leave --destination out, and upload the downloaded file with the store's own tool or fastlane.",
  });
}

export function channelNotOffered(name: string): MillwrightError {
  return errorOf("NOT_OFFERED", {
    what: `The channel ${name}`,
    why: "Millwright makes the web build, and has no live updates that would bring it to devices: there are no channels.",
    next: "Leave --channel out, and put the downloaded zip where your live-update service takes it from.",
  });
}

export function notOfferedRoutes(api: FastifyInstance): void {
  for (const { methods, paths, ...values } of NOT_OFFERED) {
    for (const url of paths) {
      api.route({
        method: methods,
        url,
        ...told(`Not offered: ${values.what}`, { status: 404, access: "anyone" }),
        handler: () => {
          throw errorOf("NOT_OFFERED", values);
        },
      });
    }
  }
}
