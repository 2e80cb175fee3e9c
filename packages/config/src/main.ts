// Renews the files that are made from the schemas: `just render`.
import { readFileSync, writeFileSync } from "node:fs";
import {
  AuthEnv,
  DeploymentEnv,
  DockerSocketEnv,
  EchoEnv,
  EdgeEnv,
  FetchEnv,
  ProxyEnv,
  renderJsonSchema,
  renderVariableTables,
  SupervisorEnv,
} from "./index.ts";

const page = "docs/configuration.md";

writeFileSync("gateway.schema.json", renderJsonSchema());
writeFileSync(
  page,
  renderVariableTables(readFileSync(page, "utf8"), {
    AuthEnv,
    DeploymentEnv,
    DockerSocketEnv,
    EdgeEnv,
    ProxyEnv,
    EchoEnv,
    FetchEnv,
    SupervisorEnv,
  }),
);
