import { entries } from "./entry.ts";

const REPLACE = "millwright profiles add {profile} --replace …";

/** What can be wrong with keystores, certificates, passwords and provisioning profiles. */
export const SIGNING_ERRORS = entries({
  KEYSTORE_EMPTY: {
    blame: "user",
    what: "The keystore {file} of the security profile {profile} is empty.",
    why: "The file has 0 bytes. A variable that was not set, or a copy that failed, leaves such a file.",
    next: `Give the real keystore: ${REPLACE}`,
  },
  KEYSTORE_TRUNCATED: {
    blame: "user",
    what: "The keystore {file} of the security profile {profile} is not whole.",
    why: "It ends before its own lengths say. {reason} It was cut off when it was copied, or it is damaged.",
    next: `Check the original with keytool -list -keystore FILE, copy it again as binary, then: ${REPLACE}`,
  },
  KEYSTORE_DAMAGED: {
    blame: "user",
    what: "The keystore {file} of the security profile {profile} is damaged.",
    why: "{reason}",
    next: `Check the original with keytool -list -keystore FILE, copy it again as binary, then: ${REPLACE}`,
  },
  KEYSTORE_FORMAT_UNKNOWN: {
    blame: "user",
    what: "The file {file} of the security profile {profile} is not a keystore.",
    why: "It looks like {kind}. A keystore for Android is a JKS or PKCS12 file.",
    next: `{advice} Then: ${REPLACE}`,
  },
  KEYSTORE_FORMAT_UNSUPPORTED: {
    blame: "user",
    what: "The keystore {file} of the security profile {profile} is a {format} keystore.",
    why: "Gradle signs apps only with JKS and PKCS12 keystores.",
    next: `Convert it: keytool -importkeystore -srckeystore FILE {options} -destkeystore release.p12 -deststoretype PKCS12. Then: ${REPLACE}`,
  },
  KEYSTORE_ALGORITHM_UNSUPPORTED: {
    blame: "user",
    what: "The file {file} of the security profile {profile} is protected in a way that Millwright doesn't read.",
    why: "{reason}",
    next: `Write it anew with usual algorithms: keytool -importkeystore -srckeystore FILE -srcstoretype PKCS12 -destkeystore new.p12 -deststoretype PKCS12. Then: ${REPLACE}`,
  },
  KEYSTORE_PASSWORD_WRONG: {
    blame: "user",
    what: "The password of the keystore {file} of the security profile {profile} is wrong.",
    why: "{reason}",
    next: "Find the right one with keytool -list -keystore FILE, then: millwright profiles add {profile} --replace --store-password-file FILE …",
  },
  KEY_PASSWORD_WRONG: {
    blame: "user",
    what: "The password of the key {alias} in the keystore of the security profile {profile} is wrong.",
    why: "{reason}",
    next: "Give the right one: millwright profiles add {profile} --replace --key-password-file FILE … (leave it out when it is that of the keystore).",
  },
  KEY_ALIAS_MISSING: {
    blame: "user",
    what: "The keystore {file} of the security profile {profile} has no key with the alias {alias}.",
    why: "{reason}",
    next: "Give the right one: millwright profiles add {profile} --replace --alias ALIAS …",
  },
  KEY_ENTRY_MISSING: {
    blame: "user",
    what: "The alias {alias} in the keystore {file} of the security profile {profile} names {holds}, not a private key.",
    why: "An app is signed with a private key, and this entry holds none. {reason}",
    next: "Give the alias of a private key: millwright profiles add {profile} --replace --alias ALIAS … (keytool -list -keystore FILE marks it as PrivateKeyEntry).",
  },
  KEY_CERTIFICATE_MISMATCH: {
    blame: "user",
    what: "The key {alias} in the keystore of the security profile {profile} has no certificate of its own.",
    why: "{reason}",
    next: `Put both together: openssl pkcs12 -export -in CERTIFICATE.pem -inkey KEY.pem -name {alias} -out release.p12. Then: ${REPLACE}`,
  },
  APPLE_P12_AS_KEYSTORE: {
    blame: "user",
    what: "The file {file} of the security profile {profile} is an Apple signing certificate, not an Android keystore.",
    why: "It holds {certificate}. Android apps are signed with a key of your own.",
    next: `Give the Android keystore instead: ${REPLACE}. A new app gets one by: keytool -genkeypair -keystore release.p12 -alias release -keyalg RSA -keysize 4096 -validity 10000`,
  },
  CERTIFICATE_EXPIRED: {
    blame: "user",
    what: "The certificate {subject} of the security profile {profile} expired on {until}.",
    why: "It was valid from {from} to {until}, and today is {today}.",
    next: `Get a new one (Apple: in Certificates of the developer account; Android: keytool -genkeypair, and have the upload key reset in the Play Console). Then: ${REPLACE}`,
  },
  CERTIFICATE_NOT_YET_VALID: {
    blame: "user",
    what: "The certificate {subject} of the security profile {profile} is not valid before {from}.",
    why: "It is valid from {from} to {until}, and by this machine's clock it is {today}.",
    next: `Wait until then, check the clock of this machine and of the one that made the certificate, or give another: ${REPLACE}`,
  },
  P12_PASSWORD_WRONG: {
    blame: "user",
    what: "The password of {file} of the security profile {profile} is wrong.",
    why: "The p12 doesn't open with it. (A file that was damaged looks the same.)",
    next: `Try it with openssl pkcs12 -in FILE -noout (for files of Keychain Access also with -legacy), then: ${REPLACE}`,
  },
  P12_UNREADABLE: {
    blame: "user",
    what: "The file {file} of the security profile {profile} can't be read as a p12.",
    why: "{reason}",
    next: `Export certificate and key anew from Keychain Access (My Certificates, Export, .p12), then: ${REPLACE}`,
  },
  P12_KEY_MISSING: {
    blame: "user",
    what: "The p12 {file} of the security profile {profile} holds no private key with its certificate.",
    why: "It holds: {certificates}. Exporting from Certificates instead of My Certificates leaves the key behind.",
    next: `In Keychain Access choose My Certificates, open the certificate so that its key shows, export both as .p12, then: ${REPLACE}`,
  },
  PROVISIONING_PROFILE_MISSING: {
    blame: "user",
    what: "The security profile {profile} holds no provisioning profile.",
    why: "An iOS app needs one beside the certificate: it says which app may be signed and where it may run.",
    next: `Download it from Profiles of the Apple developer account, then: ${REPLACE}`,
  },
  PROVISIONING_PROFILE_UNREADABLE: {
    blame: "user",
    what: "The file {file} of the security profile {profile} can't be read as a provisioning profile.",
    why: "{reason}",
    next: `Download the .mobileprovision again from Profiles of the Apple developer account, then: ${REPLACE}`,
  },
  PROVISIONING_PROFILE_EXPIRED: {
    blame: "user",
    what: "The provisioning profile {name} of the security profile {profile} expired on {until}.",
    why: "Provisioning profiles last one year at most.",
    next: `Renew it in Profiles of the Apple developer account (Edit, Save), download it, then: ${REPLACE}`,
  },
  PROVISIONING_CERTIFICATE_MISMATCH: {
    blame: "user",
    what: "The provisioning profile {name} of the security profile {profile} doesn't allow the certificate in the p12.",
    why: "None of the certificates that it names is in the p12. A new certificate must be added to the provisioning profile.",
    next: `Edit the provisioning profile in the Apple developer account, choose the certificate, download it, then: ${REPLACE}`,
  },
  PROVISIONING_TEAM_MISMATCH: {
    blame: "user",
    what: "The provisioning profile {name} of the security profile {profile} belongs to another team: {team}.",
    why: "{reason} Certificate and provisioning profiles must be of one team.",
    next: `Choose the files of one team, then: ${REPLACE}`,
  },
  PROVISIONING_BUNDLE_ID_MISMATCH: {
    blame: "user",
    what: "No provisioning profile of the security profile {profile} is for the app {bundleId}.",
    why: "The id {bundleId} comes from {source}; the security profile holds: {covered}.",
    next: "Name another security profile, correct the id in config.xml or by a native config, or make a provisioning profile for {bundleId} in the Apple developer account and: millwright profiles add {profile} --replace …",
  },
  PROVISIONING_TYPE_MISMATCH: {
    blame: "user",
    what: "The provisioning profile {name} of the security profile {profile} is for {type} builds, and this is one for {wanted}.",
    why: "A development, ad-hoc, app-store or enterprise build is signed with provisioning profiles of just that kind.",
    next: "Ask for the build type {type}, or name a security profile with provisioning profiles for {wanted}: millwright profiles list shows them.",
  },
  PROVISIONING_DEVICES_MISSING: {
    blame: "user",
    what: "The provisioning profile {name} of the security profile {profile} names no devices.",
    why: "An app of a {type} build runs only on the devices that its provisioning profile names.",
    next: `Register the devices in the Apple developer account, choose them in the provisioning profile (Edit), download it, then: ${REPLACE}`,
  },
  ENTITLEMENT_NOT_IN_PROFILE: {
    blame: "user",
    what: "The provisioning profile {name} of the security profile {profile} doesn't allow what the app asks for: {entitlements}.",
    why: "{source} asks for {wanted}; the provisioning profile allows: {allowed}.",
    next: `When the app needs it: in Identifiers of the Apple developer account give {capability} with that value to {bundleId}, edit and save the provisioning profile there, download it, then: ${REPLACE}. When not: take it out of config.xml, or leave out the plugin that adds it.`,
    link: "https://developer.apple.com/help/account/identifiers/enable-app-capabilities",
  },
  APP_BUILD_JSON_BROKEN: {
    blame: "user",
    what: "The build.json of the app can't be read.",
    why: "{reason} What it says for ios (buildFlag, iCloudContainerEnvironment) goes into the build beside the security profile.",
    next: 'Mend it: it is JSON, such as { "ios": { "release": { "buildFlag": [] } } }.',
  },
  KEYCHAIN_FAILED: {
    blame: "host",
    what: "The keychain of this build could not be used: security {command} failed.",
    why: "{reason}",
    next: "Try security list-keychains on the Mac as the agent's user. The agent needs a session of that user: run it as a LaunchAgent, or as a LaunchDaemon with UserName and SessionCreate.",
  },
  IPA_SIGNED_OTHERWISE: {
    blame: "user",
    what: "The app {file} is not signed as the security profile {profile} says.",
    why: "{reason}",
    next: "Look for what changes the signing of the Xcode project: hooks, plugins, buildFlag in the app's build.json.",
  },
});
