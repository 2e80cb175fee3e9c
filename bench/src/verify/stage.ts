import { fileURLToPath } from "node:url";
import { freePort } from "@gateway/canary";
import { createClient } from "redis";
import type { Run } from "../program.ts";
import type { Contender } from "../slice.ts";
import { type OurVerify, startOurVerify } from "./our-verify.ts";
import { openScene, type Scene } from "./scene.ts";

/** The contenders of `bench verify`, running, each asked about the same token. */
export interface Stage extends Scene {
  readonly ours: OurVerify;
  readonly bare: Contender;
  readonly express: Contender;
}

/** Starts auth, a bare server, and the verifier one would write first (with a Redis of its own), all on loopback. */
export async function openVerifyStage(): Promise<Stage> {
  const scene = await openScene();
  try {
    const ours = await startOurVerify(scene.folder, scene.run);
    const bare = await startBare(ours, scene.run);
    const express = await startExpress(ours, scene.folder, scene.run);
    return { ...scene, ours, bare, express };
  } catch (error) {
    await scene[Symbol.asyncDispose]();
    throw error;
  }
}

const script = (name: string): [string, string] => [
  process.execPath,
  fileURLToPath(new URL(`./${name}.js`, import.meta.url)),
];

async function startBare({ contender, answerHeaders }: OurVerify, run: Run): Promise<Contender> {
  const port = await freePort();
  const env = { PORT: `${port}`, ANSWER_HEADERS: JSON.stringify(answerHeaders) };
  const program = await run(script("bare-server"), port, env);
  return { ...contender, name: "(a) bare node:http", program, url: `http://127.0.0.1:${port}/verify` };
}

async function startExpress(ours: OurVerify, folder: string, run: Run): Promise<Contender> {
  const redisPort = await freePort();
  const redisFlags = ["--port", `${redisPort}`, "--bind", "127.0.0.1", "--save", "", "--dir", folder];
  await run(["redis-server", ...redisFlags], redisPort, {});
  const redisUrl = `redis://127.0.0.1:${redisPort}`;
  const redis = await createClient({ url: redisUrl }).connect();
  await redis.set(`bench:grant:${ours.grantId}`, "1");
  redis.destroy();
  const port = await freePort();
  const program = await run(script("express-server"), port, {
    PORT: `${port}`,
    PUBLIC_KEY: ours.publicKey,
    AUDIENCE: ours.resource,
    ISSUER: ours.issuer,
    REDIS_URL: redisUrl,
    ANSWER_HEADERS: JSON.stringify(ours.answerHeaders),
  });
  const url = `http://127.0.0.1:${port}/verify`;
  return { ...ours.contender, name: "(b) Express + jsonwebtoken + Redis", program, url };
}
