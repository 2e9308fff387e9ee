import { expect, test } from "vitest";
import { AddressRules } from "../../../../src/controller/notices/address-rules.ts";

const NEVER = [
  "169.254.169.254",
  "169.254.0.1",
  "0.0.0.0",
  "100.100.100.200",
  "168.63.129.16",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "fe80::1",
  "fe80::1%eth0",
  "fd00:ec2::254",
  "ff02::1",
  "::ffff:169.254.169.254",
  "::ffff:a9fe:a9fe",
  "[::ffff:a9fe:a9fe]",
  "64:ff9b::a9fe:a9fe",
  "2002:a9fe:a9fe::1",
  "not an address",
];
const PRIVATE = [
  "127.0.0.1",
  "127.8.8.8",
  "10.1.2.3",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "100.64.0.1",
  "::1",
  "fd12:3456::1",
  "::ffff:127.0.0.1",
  "::ffff:c0a8:101",
  "64:ff9b::a00:1",
];
const PUBLIC = ["93.184.216.34", "172.32.0.1", "8.8.8.8", "2606:2800:220:1::1", "64:ff9b::808:808", "[2606:4700::1]"];

test.each(NEVER)("nothing goes to %s, whatever is allowed", (address) => {
  expect(new AddressRules(true).whyNot(address)).toMatch(/never/);
  expect(new AddressRules(false).whyNot(address)).toMatch(/never/);
});

test.each(PRIVATE)("%s is asked only where private networks are allowed", (address) => {
  expect(new AddressRules(true).whyNot(address)).toBeUndefined();
  expect(new AddressRules(false).whyNot(address)).toMatch(/private networks/);
});

test.each(PUBLIC)("%s may always be asked", (address) => {
  expect(new AddressRules(false).whyNot(address)).toBeUndefined();
});
