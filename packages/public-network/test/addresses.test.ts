import { expect, test } from "@jest/globals";
import { isLoopbackAddress, isPublicAddress } from "../src/addresses.ts";

test.each([["1.1.1.1"], ["93.184.216.34"], ["172.32.0.1"], ["2606:4700::1111"], ["2a00:1450:4001::1"]])(
  "%s is a host on the public internet",
  (address) => {
    expect(isPublicAddress(address)).toBe(true);
  },
);

test.each([
  ["this network", "0.0.0.0"],
  ["private", "10.1.2.3"],
  ["carrier-grade NAT", "100.64.0.1"],
  ["loopback", "127.0.0.1"],
  ["all of loopback", "127.255.255.254"],
  ["link-local, where clouds keep credentials", "169.254.169.254"],
  ["private", "172.16.0.1"],
  ["private", "172.31.255.255"],
  ["private", "192.168.1.1"],
  ["documentation", "192.0.2.1"],
  ["benchmarks", "198.18.0.1"],
  ["multicast", "224.0.0.1"],
  ["reserved", "240.0.0.1"],
  ["broadcast", "255.255.255.255"],
  ["unspecified", "::"],
  ["loopback", "::1"],
  ["mapped loopback", "::ffff:127.0.0.1"],
  ["mapped public", "::ffff:1.1.1.1"],
  ["NAT64", "64:ff9b::7f00:1"],
  ["unique local", "fd00::1"],
  ["link-local", "fe80::1"],
  ["link-local with a zone", "fe80::1%eth0"],
  ["multicast", "ff02::1"],
  ["6to4 of loopback", "2002:7f00:1::"],
  ["Teredo", "2001:0:7f00:1::"],
  ["documentation", "2001:db8::1"],
  ["no address", "app.example"],
])("%s is none (RFC 6890): %s", (_block, address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each([
  ["127.0.0.1", true],
  ["::1", true],
  ["10.0.0.1", false],
  ["::ffff:127.0.0.1", false],
])("%s is this machine: %s", (address, own) => {
  expect(isLoopbackAddress(address)).toBe(own);
});
