/** Where the client of a test waits for its code; nobody listens there, `PlainBrowser` stops before it. */
export const redirectUrl = "http://127.0.0.1:9/sdk/callback";

/**
 * The part of the SDK's OAuthClientProvider that an application writes, kept in memory. Both generations of the SDK take
 * it: what they store is theirs and handed back unchanged.
 */
export class MemoryProvider<ClientInformation, StoredTokens, Discovery> {
  readonly redirectUrl = redirectUrl;
  /** Where the person is to be sent; undefined while the client has not asked for it. */
  authorizationUrl: URL | undefined;
  readonly #name: string;
  #client: ClientInformation | undefined;
  #tokens: StoredTokens | undefined;
  #discovery: Discovery | undefined;
  #verifier = "";

  constructor(name: string) {
    this.#name = name;
  }

  get clientMetadata() {
    return {
      client_name: this.#name,
      redirect_uris: [redirectUrl],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
    };
  }

  clientInformation(): ClientInformation | undefined {
    return this.#client;
  }

  saveClientInformation(client: ClientInformation): void {
    this.#client = client;
  }

  tokens(): StoredTokens | undefined {
    return this.#tokens;
  }

  saveTokens(tokens: StoredTokens): void {
    this.#tokens = tokens;
  }

  redirectToAuthorization(url: URL): void {
    this.authorizationUrl = url;
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }

  codeVerifier(): string {
    return this.#verifier;
  }

  saveDiscoveryState(discovery: Discovery): void {
    this.#discovery = discovery;
  }

  discoveryState(): Discovery | undefined {
    return this.#discovery;
  }
}
