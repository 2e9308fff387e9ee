import { createHash } from "node:crypto";
import type { Podfile } from "./podfile.ts";

/** A project.pbxproj with one library target a pod, which cordova-ios can parse and change. */
export function podsProject({ target, pods }: Podfile): string {
  const names = [...pods.map(({ name }) => name), `Pods-${target}`];
  const project = id("project");
  const lists = [...names.map((name) => configurations(name)), configurations("project")];
  const targets = names.map(targetOf);
  return `// !$*UTF8*$!
{
\tarchiveVersion = 1;
\tclasses = {
\t};
\tobjectVersion = 46;
\tobjects = {

/* Begin PBXNativeTarget section */
${targets.join("")}/* End PBXNativeTarget section */

/* Begin PBXProject section */
\t\t${project} /* Project object */ = {
\t\t\tisa = PBXProject;
\t\t\tattributes = {
\t\t\t\tLastUpgradeCheck = 1600;
\t\t\t};
\t\t\tbuildConfigurationList = ${id("list project")};
\t\t\tcompatibilityVersion = "Xcode 3.2";
\t\t\ttargets = (
${names.map((name) => `\t\t\t\t${id(`target ${name}`)},\n`).join("")}\t\t\t);
\t\t};
/* End PBXProject section */

/* Begin XCBuildConfiguration section */
${lists.map(({ settings }) => settings).join("")}/* End XCBuildConfiguration section */

/* Begin XCConfigurationList section */
${lists.map(({ list }) => list).join("")}/* End XCConfigurationList section */
\t};
\trootObject = ${project} /* Project object */;
}
`;
}

function targetOf(name: string): string {
  return `\t\t${id(`target ${name}`)} = {
\t\t\tisa = PBXNativeTarget;
\t\t\tbuildConfigurationList = ${id(`list ${name}`)};
\t\t\tbuildPhases = (
\t\t\t);
\t\t\tbuildRules = (
\t\t\t);
\t\t\tdependencies = (
\t\t\t);
\t\t\tname = "${name}";
\t\t\tproductName = ${/^\w+$/.test(name) ? name : `"${name}"`};
\t\t\tproductType = "com.apple.product-type.library.static";
\t\t};
`;
}

function configurations(owner: string): { settings: string; list: string } {
  const names = ["Debug", "Release"];
  const settings = names.map(
    (name) => `\t\t${id(`${name} ${owner}`)} /* ${name} */ = {
\t\t\tisa = XCBuildConfiguration;
\t\t\tbuildSettings = {
\t\t\t\tSDKROOT = iphoneos;
\t\t\t};
\t\t\tname = ${name};
\t\t};
`,
  );
  const list = `\t\t${id(`list ${owner}`)} = {
\t\t\tisa = XCConfigurationList;
\t\t\tbuildConfigurations = (
${names.map((name) => `\t\t\t\t${id(`${name} ${owner}`)} /* ${name} */,\n`).join("")}\t\t\t);
\t\t\tdefaultConfigurationIsVisible = 0;
\t\t\tdefaultConfigurationName = Release;
\t\t};
`;
  return { settings: settings.join(""), list };
}

function id(what: string): string {
  return createHash("md5").update(what).digest("hex").slice(0, 24).toUpperCase();
}
