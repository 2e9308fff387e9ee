import { expect, test } from "vitest";
import { MillwrightError } from "../../../../src/base/errors/millwright-error.ts";
import {
  describeBucket,
  isBucketAddress,
  parseBucketAddress,
} from "../../../../src/controller/blobs/bucket-address.ts";

test("an address says bucket, prefix, and how the server is reached", () => {
  expect(parseBucketAddress("s3://builds")).toEqual({
    bucket: "builds",
    prefix: "",
    endpoint: undefined,
    region: "us-east-1",
    pathStyle: false,
    redirect: false,
    direct: true,
  });
  const settings = "endpoint=https://s3.example.com:9000/&region=eu-central-1&pathStyle=1&redirect=true&direct=0";
  expect(parseBucketAddress(`s3://my.builds/team%20a/b/?${settings}`)).toEqual({
    bucket: "my.builds",
    prefix: "team a/b/",
    endpoint: "https://s3.example.com:9000",
    region: "eu-central-1",
    pathStyle: true,
    redirect: true,
    direct: false,
  });
  expect(describeBucket(parseBucketAddress("s3://builds/a?region=eu-north-1"))).toBe(
    "s3://builds/a/ at Amazon S3 in eu-north-1",
  );
});

test("a folder is no address of a bucket", () => {
  expect(["/var/lib/blobs", "blobs", "./s3"].filter(isBucketAddress)).toEqual([]);
  expect(isBucketAddress("S3://builds")).toBe(true);
});

test.each([
  ["s3:builds", /look like|name of a bucket/],
  ["s3://", /look like|name of a bucket/],
  ["s3://A_b/", /no name of a bucket/],
  ["s3://key:hushhush@builds", /credentials never belong/],
  ["s3://builds?endpoint=https://key:hushhush@host", /holds a user or password/],
  ["s3://builds?endpoint=ftp://host", /http or https/],
  ["s3://builds?secretAccessKey=hushhush", /no setting secretAccessKey/],
  ["s3://builds?pathStyle=yes", /pathStyle must be 1 or 0/],
])("%s is refused with the reason, and never repeated with a secret in it", (address, reason) => {
  try {
    parseBucketAddress(address);
    expect.unreachable();
  } catch (error) {
    const { failure } = error as MillwrightError;
    expect(failure.code).toBe("BLOBS_ADDRESS_INVALID");
    expect(failure.why).toMatch(reason);
    expect(JSON.stringify(failure)).not.toContain("hushhush");
    expect(error).toBeInstanceOf(MillwrightError);
  }
});
