import { describe, expect, test } from "@jest/globals";
import { placeOf } from "../src/delegation.ts";

const mounted = (root: string, point: string) =>
  `22 1 8:1 / / rw - ext4 /dev/sda1 rw\n30 22 0:26 ${root} ${point} rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n`;

describe("the place of a process among cgroups", () => {
  test.each([
    ["in a container's own namespace", mounted("/", "/sys/fs/cgroup"), "0::/\n", "/sys/fs/cgroup"],
    [
      "in a unit of systemd",
      mounted("/", "/sys/fs/cgroup"),
      "0::/system.slice/a.service\n",
      "/sys/fs/cgroup/system.slice/a.service",
    ],
    ["beside version 1", mounted("/", "/sys/fs/cgroup/unified"), "4:memory:/x\n0::/y\n", "/sys/fs/cgroup/unified/y"],
    [
      "where only its own part is mounted",
      mounted("/docker/1", "/sys/fs/cgroup"),
      "0::/docker/1/a\n",
      "/sys/fs/cgroup/a",
    ],
  ])("%s", (_where, mountinfo, cgroup, folder) => {
    expect(placeOf(mountinfo, cgroup)?.folder).toBe(folder);
  });

  test.each([
    ["without version 2", "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n", "4:memory:/x\n"],
    ["that is not mounted", "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n", "0::/\n"],
    ["outside of what is mounted", mounted("/docker/1", "/sys/fs/cgroup"), "0::/system.slice\n"],
    ["outside of the namespace", mounted("/", "/sys/fs/cgroup"), "0::/../other\n"],
  ])("%s there is none", (_where, mountinfo, cgroup) => {
    expect(placeOf(mountinfo, cgroup)).toBeUndefined();
  });
});
