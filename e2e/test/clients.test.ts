import { describeThroughBothEdges } from "../src/edges.ts";
import { declarationOf } from "../src/servers.ts";
import { clientTests } from "../src/suites/clients.ts";

describeThroughBothEdges(
  () => ({ declaration: declarationOf("everything", "everything-stdio", "memory", "mcp-time") }),
  clientTests,
);
