export { Credentials } from "./credentials.ts";
export { freePort } from "./free-port.ts";
export { LeakedCredential } from "./leaked-credential.ts";
export { type RunningProgram, runMain } from "./running-program.ts";
export { seeBody, seeForm, seeHeaders, seeUrl } from "./seen-on-the-wire.ts";
export { type WatchedLog, watchLog } from "./watched-log.ts";
