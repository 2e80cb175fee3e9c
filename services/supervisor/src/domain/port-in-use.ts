/** What to tell a person whose port is taken. `holder` is who has it, where that can be found out. */
export function renderPortInUse(port: number, holder: string | undefined, free: number): string {
  return [
    `Port ${port} is in use${holder === undefined ? "" : ` by ${holder}`}.`,
    `Free it, or choose another one: GATEWAY_PORT=${free} just up`,
  ].join("\n");
}
