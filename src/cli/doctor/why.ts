/** Why each check matters, in one sentence, by its id. */
const WHY: Readonly<Record<string, string>> = {
  node: "The agent and each build run on this Node.",
  configuration: "The agent doesn't start with one that it can't read.",
  token: "Whoever reads it can take builds and their secrets as an agent.",
  key: "It is who this host is: whoever reads it can take this host's builds and their secrets.",
  controller: "Builds come from there, and logs and files go there.",
  "client-certificate": "The controller may ask for it before it speaks to an agent at all.",
  clock: "Certificates, profiles and tokens are good or not by the host's clock.",
  dns: "Builds fetch commits and packages by name, and the agent finds its controller by name.",
  tls: "The agent speaks to nobody whose certificate it can't verify.",
  proxies: "git, npm, Gradle and the agent each read other variables: what one gets through, another doesn't.",
  "health-port": "The agent doesn't start where it can't listen, and Prometheus asks there how it is.",
  "work-folder": "Checkouts, caches and what isn't sent yet are kept there.",
  disk: "A build isn't begun with less, so that it doesn't fail in the middle.",
  programs: "No build works without git, Node and npm.",
  isolation: "A build runs what its repository and its packages say: uncontained it can read all that the agent can.",
  android: "It says whether the controller sends builds for Android here.",
  "cordova-android":
    "Each cordova-android wants its own JDK, SDK platform and build-tools; a build without them fails in its first second.",
  "sdk-licences": "Gradle fetches what an app wants of the SDK only where its licence was accepted.",
  ios: "It says whether the controller sends builds for iOS here.",
  xcode: "Builds for iOS run with it; one that isn't set up asks questions that nobody answers.",
  cocoapods: "Plugins that bring pods can't be installed without it.",
  "apple-certificates": "Without its issuer no signing certificate is valid, however right it is.",
  signing: "A build that can't sign fails at its very end.",
};

/** Undefined for a check that isn't known here. */
export function whyOf(id: string): string | undefined {
  return WHY[id];
}
