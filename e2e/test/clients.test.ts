import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "@jest/globals";
import { describeThroughBothEdges } from "../src/edges.ts";
import { declarationOf } from "../src/servers.ts";
import { type Call, clientTests } from "../src/suites/clients.ts";

/** With one file that is not committed. */
const repository = mkdtempSync(join(tmpdir(), "gateway-e2e-repository-"));
execFileSync("git", ["init", "--quiet", repository]);
writeFileSync(join(repository, "README"), "");
afterAll(() => rm(repository, { recursive: true }));

const status: Call = {
  server: "mcp-git",
  tool: "git_status",
  args: { repo_path: repository },
  says: "README",
  needs: ["mcp-server-git"],
};

describeThroughBothEdges(
  () => ({
    declaration: declarationOf("everything", "everything-stdio", "memory", "filesystem", "mcp-git", "mcp-time"),
  }),
  (test) => clientTests(test, status),
);
