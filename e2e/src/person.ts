import { type Button, type Form, formsOf, titleOf } from "./page.ts";

/** A page that was shown to the person on the way. */
interface Seen {
  readonly url: string;
  readonly title: string;
  readonly html: string;
}

export interface Visit {
  /** Where the last redirect led: the client's redirect URI with its parameters. */
  readonly callback: URL;
  readonly pages: readonly Seen[];
}

export interface Person {
  /** What they type as `username` on the local login page. */
  readonly username: string;
  /** What they click where a page offers to refuse. */
  readonly consents?: boolean;
  /** What they write into other fields, by name. */
  readonly answers?: Readonly<Record<string, string>>;
}

/** What is written on a button that says no. */
export const refusal = /deny|cancel|refuse|reject|decline/i;

/**
 * A person with a plain browser: no JavaScript, a cookie jar, follows redirects, fills in forms, clicks on. Keeps being
 * signed in from one `visit` to the next.
 */
export class PlainBrowser {
  readonly #cookies = new Map<string, Map<string, string>>();
  readonly #person: Person;

  constructor(person: Partial<Person> = {}) {
    this.#person = { username: "alice", ...person };
  }

  /** The values of all cookies it holds. */
  get cookieValues(): readonly string[] {
    return [...this.#cookies.values()].flatMap((jar) => [...jar.values()]);
  }

  /** From an authorization URL to the redirect back to the client, which is not fetched. */
  async visit(authorizationUrl: string | URL, redirectUri: string): Promise<Visit> {
    const { callback, pages } = await this.#walk(new URL(authorizationUrl), redirectUri);
    if (callback === undefined) {
      throw new Error(`nothing to go on with on ${pages.at(-1)?.url}: ${pages.at(-1)?.html.slice(0, 2000)}`);
    }
    return { callback, pages };
  }

  /** From page to page, until one that asks nothing more. */
  async walk(url: string | URL): Promise<readonly Seen[]> {
    return (await this.#walk(new URL(url))).pages;
  }

  async #walk(start: URL, redirectUri?: string): Promise<{ callback?: URL; pages: readonly Seen[] }> {
    const pages: Seen[] = [];
    let next: { url: URL; form?: URLSearchParams } | undefined = { url: start };
    for (let step = 0; step < 20; step += 1) {
      const response = await this.#fetch(next.url, next.form);
      const location = response.headers.get("location");
      if (response.status >= 300 && response.status < 400 && location !== null) {
        next = { url: new URL(location, next.url) };
        if (redirectUri !== undefined && next.url.href.startsWith(redirectUri)) return { callback: next.url, pages };
        continue;
      }
      const html = await response.text();
      pages.push({ url: next.url.href, title: titleOf(html), html });
      if (!response.ok) throw new Error(`${next.url.pathname} answered ${response.status}: ${html.slice(0, 2000)}`);
      next = this.#submit(next.url, html);
      if (next === undefined) return { pages };
    }
    throw new Error(
      `no end${redirectUri === undefined ? "" : ` at ${redirectUri}`} after ${pages.map(({ url }) => url).join(" -> ")}`,
    );
  }

  #submit(page: URL, html: string): { url: URL; form: URLSearchParams } | undefined {
    const { form, button } = this.#choose(formsOf(html).filter(({ method }) => method === "post"));
    if (form === undefined) return undefined;
    const fields = new URLSearchParams(form.fields);
    if (fields.has("username")) fields.set("username", this.#person.username);
    for (const [name, answer] of Object.entries(this.#person.answers ?? {}))
      if (fields.has(name)) fields.set(name, answer);
    if (button?.name) fields.set(button.name, button.value);
    return { url: new URL(button?.action ?? form.action ?? page.href, page), form: fields };
  }

  /** The first button of any form that says what the person means to say. */
  #choose(forms: readonly Form[]): { form: Form | undefined; button?: Button } {
    const refuses = this.#person.consents === false;
    for (const form of forms) {
      const button = form.buttons.find(
        ({ name, value, label }) => refusal.test(`${name} ${value} ${label}`) === refuses,
      );
      if (button !== undefined) return { form, button };
    }
    return { form: forms[0] };
  }

  async #fetch(url: URL, form?: URLSearchParams): Promise<Response> {
    const jar = this.#cookies.get(url.host) ?? new Map<string, string>();
    this.#cookies.set(url.host, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, {
      redirect: "manual",
      headers: { accept: "text/html", ...(cookie === "" ? {} : { cookie }) },
      ...(form === undefined ? {} : { method: "POST", body: form }),
    });
    for (const line of response.headers.getSetCookie()) keep(jar, line);
    return response;
  }
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = "", ...attributes] = line.split(";");
  const [name = "", ...value] = pair.trim().split("=");
  const expired = attributes.some((attribute) => /^\s*max-age=(0|-)/i.test(attribute) || isPast(attribute));
  if (expired) jar.delete(name);
  else jar.set(name, value.join("="));
}

function isPast(attribute: string): boolean {
  const [, date] = /^\s*expires=(.+)$/i.exec(attribute) ?? [];
  return date !== undefined && Date.parse(date) < Date.now();
}
