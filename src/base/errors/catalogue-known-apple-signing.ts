import { entries } from "./entry.ts";

const REPLACE = "millwright profiles add NAME --replace …";

/** What Xcode, codesign and the keychain say of signing. */
export const APPLE_SIGNING_FAILURES = entries({
  SIGNING_TEAM_MISSING: {
    blame: "user",
    what: "Xcode knows no development team for {target}.",
    why: "Each target that is signed needs one; since Xcode 14 also bundles of CocoaPods.",
    next: "For an app extension: give the security profile a provisioning profile for its bundle id too. For a target of Pods: raise the plugin, or set CODE_SIGNING_ALLOWED=NO for resource bundles in a hook.",
  },
  SIGNING_PROFILE_REQUIRED: {
    blame: "user",
    what: "{target} has no provisioning profile.",
    why: "It is signed by hand, and no provisioning profile is named for it. App extensions need one of their own.",
    next: "Give the security profile a provisioning profile for each bundle id of the app, extensions too.",
  },
  SIGNING_PROFILE_NOT_FOUND: {
    blame: "user",
    what: "Xcode finds no provisioning profile for {wanted}.",
    why: "{said}.",
    next: `Make one for that bundle id and team in the Apple developer account and give it to the security profile: ${REPLACE}`,
  },
  SIGNING_PROFILE_EXPIRED: {
    blame: "user",
    what: "The provisioning profile {name} expired on {until}.",
    why: "Provisioning profiles last one year at most.",
    next: `Renew it in Profiles of the Apple developer account, download it, then: ${REPLACE}`,
  },
  SIGNING_PROFILE_OTHER_APP: {
    blame: "user",
    what: "The provisioning profile {name} is for {profileId}, and the app is {appId}.",
    why: "A provisioning profile fits one bundle id, or all that its star covers.",
    next: "Give the security profile a provisioning profile for this bundle id, or correct the id in config.xml or the native config.",
  },
  SIGNING_PROFILE_OTHER_CERTIFICATE: {
    blame: "user",
    what: "The provisioning profile {name} doesn't allow the certificate {certificate}.",
    why: "It names the certificates that may sign with it, and this one is not among them. A renewed certificate must be added to it.",
    next: `Edit the provisioning profile in the Apple developer account, choose the certificate, download it, then: ${REPLACE}`,
  },
  SIGNING_CAPABILITY_MISSING: {
    blame: "user",
    what: "The provisioning profile {name} lacks what the app uses: {capability}.",
    why: "A plugin adds an entitlement that the app's identifier doesn't have in the Apple developer account.",
    next: "Switch the capability on for the identifier in the Apple developer account, make the provisioning profile anew, and give it to the security profile.",
    link: "https://developer.apple.com/help/account/identifiers/enable-app-capabilities",
  },
  SIGNING_ENTITLEMENT_DIFFERS: {
    blame: "user",
    what: "The provisioning profile {name} allows other values than the app asks for: {entitlement}.",
    why: "{said}.",
    next: "Compare the entitlements of config.xml and of the plugins with the identifier in the Apple developer account, make the provisioning profile anew, and give it to the security profile.",
    link: "https://developer.apple.com/help/account/identifiers/enable-app-capabilities",
  },
  SIGNING_PROFILE_OTHER_TYPE: {
    blame: "user",
    what: "The provisioning profile {name} is not of the kind that this build needs: {kind}.",
    why: "A development, ad-hoc, app-store or enterprise build is exported with a provisioning profile of just that kind.",
    next: "Ask for the build type that fits the security profile, or name a security profile of that kind.",
  },
  SIGNING_CERTIFICATE_NOT_FOUND: {
    blame: "user",
    what: "The keychain of the build has no usable certificate {certificate}.",
    why: "{said}. It is not in the security profile, is expired, has no private key, or belongs to another team than the provisioning profile.",
    next: `Export certificate and key as .p12 from My Certificates in Keychain Access, then: ${REPLACE}`,
  },
  SIGNING_CERTIFICATE_EXPIRED: {
    blame: "user",
    what: "The signing certificate is expired.",
    why: "codesign says: {said}.",
    next: `Make a new one in the Apple developer account, add it to the provisioning profile, then: ${REPLACE}`,
  },
  SIGNING_CHAIN_BROKEN: {
    blame: "host",
    what: "The build host can't follow the certificate up to Apple's own.",
    why: "codesign says: {said}. Apple's intermediate certificate (WWDR) is missing or outdated there.",
    next: "Install the present intermediate certificates (WWDR G3 to G6) in the host's System keychain.",
    link: "https://www.apple.com/certificateauthority/",
  },
  SIGNING_IDENTITY_AMBIGUOUS: {
    blame: "host",
    what: "Several certificates of the build host have the name {identity}.",
    why: "codesign can't choose between those in several keychains: {said}.",
    next: "Remove the one that isn't needed from the host's login keychain.",
  },
  SIGNING_SETTINGS_CONFLICT: {
    blame: "user",
    what: "{target} is set to be signed by Xcode itself and by hand at once.",
    why: "{said}.",
    next: "Take codeSignIdentity and automaticProvisioning out of the app's build.json: the security profile signs.",
  },
  SIGNING_ACCOUNT_MISSING: {
    blame: "user",
    what: "Xcode should fetch provisioning profiles by itself and is logged in nowhere.",
    why: "{said}.",
    next: "Take automaticProvisioning out of build.json and give the security profile its provisioning profiles.",
  },
  SIGNING_KEY_UNUSABLE: {
    blame: "host",
    what: "codesign found the certificate, but may not use its private key.",
    why: "The keychain is locked, or the key is not released for codesign: {said}.",
    next: "Start the build again. If it stays, let the agent run in a session of its user (a LaunchAgent), not as root or over ssh.",
  },
  KEYCHAIN_ASKS: {
    blame: "host",
    what: "The keychain of the build host wants to ask a person.",
    why: "{said}. Nobody sits in front of it: the keychain is locked, or the session has no screen.",
    next: "Unlock the login keychain of the agent's user, and let the agent run as a LaunchAgent of that user.",
  },
  EXPORT_METHOD_UNKNOWN: {
    blame: "user",
    what: "This Xcode doesn't know the export method {method}.",
    why: "{said}. Xcode 15.3 renamed them: app-store-connect, release-testing, debugging.",
    next: "Take packageType out of the app's build.json, or use the name that the host's Xcode knows.",
  },
  EXPORT_ICLOUD_ENVIRONMENT: {
    blame: "user",
    what: "The app uses iCloud, and the export doesn't say with which environment.",
    why: "{said}.",
    next: 'Set "iCloudContainerEnvironment": "Production" (or "Development") for ios in the app\'s build.json.',
  },
});
