import { documentationPath } from "../domain/authorization-server-metadata.ts";
import { type Answer, busy, type Described, type Group, type Operation } from "./operation.ts";

const shown: Answer = { status: 200, description: "The page.", mediaType: "text/html" };
const onward: Answer = { status: 303, description: "To the next page, or back to the application." };

/** What people see. Programs have no use for it, save for opening /device and reading /success. */
export function pages({ callbackPaths }: Described): Group {
  return {
    title: "Pages",
    about: "For people, in their browsers. Every form holds a value of its page, so none can be sent from elsewhere.",
    operations: [
      { ...page("get", "/", "The MCP servers and how to connect", [shown]), errors: busy },
      { ...page("get", documentationPath, "These endpoints, for people", [shown]), errors: busy },
      page("get", "/login", "Sign-in", [shown]),
      page("post", "/login", "Sign in, or cancel", [onward]),
      ...callbackPaths.map((path) => page("get", path, "Back from the provider", [onward])),
      page("get", "/consent", "What an application asks for", [shown, onward]),
      page("post", "/consent", "Allow it, or not", [onward]),
      page("get", "/success", "The code, for applications without an address of their own", [shown]),
      page("get", "/error", "An error in words", []),
      page("post", "/logout", "Sign out of these pages", [onward]),
      ...device,
      ...account,
    ],
  };
}

const device = [
  forPerson("get", "/device", "Enter the code that a device shows", [shown, onward]),
  forPerson("post", "/device", "Find the device by its code", [shown]),
  forPerson("post", "/device/consent", "Allow the device, or not", [shown]),
].map((operation) => ({ ...operation, rule: "RFC 8628 3.3" }));

const account = [
  forPerson("get", "/account", "Who may use what in your name", [shown, onward]),
  forPerson("post", "/account/revoke", "End one access", [onward]),
  forPerson("post", "/account/sign-out-everywhere", "End all, and sign out", [onward]),
  forPerson("get", "/account/tokens", "Personal access tokens", [shown, onward]),
  forPerson("post", "/account/tokens", "Make one", [shown]),
];

type Method = "get" | "post";

function page(method: Method, path: string, summary: string, answers: readonly Answer[]): Operation {
  const errors = ["invalid_request", "access_denied", ...busy] as const;
  return { method, path, summary, caller: "anyone", answers, errors, isPage: true };
}

function forPerson(method: Method, path: string, summary: string, answers: readonly Answer[]): Operation {
  return { ...page(method, path, summary, answers), caller: "person" };
}
