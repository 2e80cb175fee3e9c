import type { Readable } from "node:stream";

/**
 * Calls back, once, when the process that started this one is gone. A supervised process (GATEWAY_SUPERVISED=1) has
 * a pipe as its standard input that nobody writes to: it ends with its owner, however that one ended.
 */
export function onParentGone(input: Readable & { unref?: () => void }, callback: () => void): void {
  let called = false;
  const gone = () => {
    if (called) return;
    called = true;
    callback();
  };
  input.on("end", gone).on("close", gone).on("error", gone);
  input.resume();
  input.unref?.();
}
