/** What to tell a person whose port is taken. `holder` is who has it, where that can be found out. */
export function renderPortInUse(port: number, holder: string | undefined, free: number): string {
  return [
    `Port ${port} is in use${holder === undefined ? "" : ` by ${holder}`}.`,
    `Free it, or choose another one: GATEWAY_PORT=${free} just up`,
  ].join("\n");
}

/** What to tell a person who may not open a port. */
export function renderPortForbidden(port: number, free: number): string {
  return `Port ${port} is not for every user of this machine. Choose another one: GATEWAY_PORT=${free} just up`;
}
