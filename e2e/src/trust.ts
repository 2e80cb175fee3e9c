/** What a client that is a program of its own needs of our environment, to trust the authority of TLS=local-ca. */
export const trust: Readonly<Record<string, string>> = process.env.NODE_EXTRA_CA_CERTS
  ? { NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS }
  : {};
