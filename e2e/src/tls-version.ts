import { once } from "node:events";
import { connect, type SecureVersion } from "node:tls";

/**
 * What comes of it when a client that speaks one version of TLS alone calls a name on this machine: that version, or the code of the
 * refusal (`ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION`). Whose certificate it is does not matter here.
 */
export async function tlsSpokenBy(version: SecureVersion, port: number, servername: string): Promise<string> {
  // Level 0: what OpenSSL of today would not even offer.
  const versions = { minVersion: version, maxVersion: version, ciphers: "DEFAULT@SECLEVEL=0" };
  const socket = connect({ host: "127.0.0.1", port, servername, rejectUnauthorized: false, ...versions });
  try {
    await once(socket, "secureConnect");
    return `${socket.getProtocol()}`;
  } catch (error) {
    return `${(error as NodeJS.ErrnoException).code}`;
  } finally {
    socket.destroy();
  }
}
