const trusted = process.env.NODE_EXTRA_CA_CERTS;

/** What a client that is a program of its own needs of our environment, to trust the authority of TLS=local-ca. */
export const trust: Readonly<Record<string, string>> = trusted ? { NODE_EXTRA_CA_CERTS: trusted } : {};

/** The same for one in Python. */
export const trustOfPython: Readonly<Record<string, string>> = trusted ? { SSL_CERT_FILE: trusted } : {};
