import type { RequestHandler } from "express";
import { identifyBrowser } from "../browser/browser.ts";
import { formToken } from "../browser/form-token.ts";
import { renderHome } from "../pages/home.ts";
import type { Ports } from "../ports.ts";

/** The front page on the issuer (decision 27). */
export function home(ports: Ports): RequestHandler {
  const servers = ports.resourceServers.servers.map(({ name, title, identifiers: [url] }) => ({ name, title, url }));
  return async (req, res) => {
    const browser = await identifyBrowser(ports, req, res);
    const login = browser.session?.user.login;
    const account = login === undefined ? undefined : { login, csrf: formToken(ports, browser, { form: "logout" }) };
    res.type("html").send(renderHome({ servers, account }));
  };
}
