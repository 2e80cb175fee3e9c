import { PassThrough } from "node:stream";
import { expect, jest, test } from "@jest/globals";
import { onParentGone } from "../src/index.ts";

test("calls back once when standard input ends", async () => {
  const input = new PassThrough();
  const callback = jest.fn();
  onParentGone(input, callback);
  input.write("ignored");
  expect(callback).not.toHaveBeenCalled();
  input.end();
  await new Promise((resolve) => input.once("close", resolve));
  expect(callback).toHaveBeenCalledTimes(1);
});
