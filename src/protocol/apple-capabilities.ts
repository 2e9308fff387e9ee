/** Names of capabilities in Identifiers of the Apple developer account, by the entitlements that they give. */
const CAPABILITIES: Readonly<Record<string, string>> = {
  "aps-environment": "Push Notifications",
  "com.apple.developer.applesignin": "Sign in with Apple",
  "com.apple.developer.associated-domains": "Associated Domains",
  "com.apple.developer.authentication-services.autofill-credential-provider": "AutoFill Credential Provider",
  "com.apple.developer.ClassKit-environment": "ClassKit",
  "com.apple.developer.default-data-protection": "Data Protection",
  "com.apple.developer.healthkit": "HealthKit",
  "com.apple.developer.homekit": "HomeKit",
  "com.apple.developer.icloud-container-identifiers": "iCloud",
  "com.apple.developer.icloud-services": "iCloud",
  "com.apple.developer.in-app-payments": "Apple Pay Payment Processing",
  "com.apple.developer.networking.HotspotConfiguration": "Hotspot",
  "com.apple.developer.networking.multipath": "Multipath",
  "com.apple.developer.networking.networkextension": "Network Extensions",
  "com.apple.developer.networking.vpn.api": "Personal VPN",
  "com.apple.developer.networking.wifi-info": "Access Wi-Fi Information",
  "com.apple.developer.nfc.readersession.formats": "NFC Tag Reading",
  "com.apple.developer.pass-type-identifiers": "Wallet",
  "com.apple.developer.siri": "SiriKit",
  "com.apple.developer.ubiquity-container-identifiers": "iCloud",
  "com.apple.developer.ubiquity-kvstore-identifier": "iCloud",
  "com.apple.developer.usernotifications.communication": "Communication Notifications",
  "com.apple.developer.usernotifications.time-sensitive": "Time Sensitive Notifications",
  "com.apple.developer.weatherkit": "WeatherKit",
  "com.apple.external-accessory.wireless-configuration": "Wireless Accessory Configuration",
  "com.apple.security.application-groups": "App Groups",
  "get-task-allow": "debugging, which only development profiles have,",
  "inter-app-audio": "Inter-App Audio",
};

/** The capability that gives an entitlement, as the developer account calls it. */
export function capabilityOf(entitlement: string): string {
  return CAPABILITIES[entitlement] ?? `the capability for ${entitlement}`;
}
