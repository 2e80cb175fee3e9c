import type { RequestHandler } from "express";
import { describeEndpoints } from "../description/groups.ts";
import type { Described } from "../description/operation.ts";
import { renderOpenApi } from "../description/render-openapi.ts";
import { renderApiPage } from "../pages/api.ts";
import { publicDocument } from "./public-document.ts";

/** What this authorization server answers: as an OpenAPI document for programs, and as a page for people (decision 230). */
export function apiDescription(described: Described): Record<"openApi" | "page", RequestHandler> {
  let rendered: ReturnType<typeof render> | undefined; // by the first who asks: at most starts, nobody does
  const description = () => (rendered ??= render(described));
  return {
    openApi: publicDocument(() => description().document),
    page(_req, res) {
      res.type("html").send(description().page);
    },
  };
}

function render(described: Described) {
  const { issuer } = described.config;
  const groups = describeEndpoints(described);
  return { document: renderOpenApi(groups, issuer), page: renderApiPage(groups, issuer) };
}
