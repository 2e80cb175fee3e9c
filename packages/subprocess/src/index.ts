export { type Ending, type EndWaits, endSubprocess } from "./end.ts";
export { childEnvironment } from "./environment.ts";
export { isGroupRunning, signalGroup } from "./group.ts";
export { type Guardian, openGuardian } from "./guardian.ts";
export { onParentGone } from "./lifeline.ts";
export { ProcessTrees, type TreesUsage, type TreeUsage } from "./process-trees.ts";
export { type Exit, type StartOptions, type Subprocess, startSubprocess } from "./start.ts";
export { CannotStart, CommandNotFound } from "./start-error.ts";
