import { createPublicKey } from "node:crypto";
import express from "express";
import jwt from "jsonwebtoken";
import { createClient } from "redis";

// Contender (b): what one would write first: Express, jsonwebtoken.verify(RS256), one Redis GET a request.
const { PORT, PUBLIC_KEY = "", AUDIENCE = "", ISSUER = "", REDIS_URL = "", ANSWER_HEADERS = "{}" } = process.env;
const key = createPublicKey(PUBLIC_KEY);
const headers = JSON.parse(ANSWER_HEADERS) as Record<string, string>;
const redis = createClient({ url: REDIS_URL });
await redis.connect();

const app = express().disable("x-powered-by").disable("etag");
app.get("/verify", async (req, res) => {
  const token = req.headers.authorization?.slice("Bearer ".length) ?? "";
  const claims = jwt.verify(token, key, {
    algorithms: ["RS256"],
    audience: AUDIENCE,
    issuer: ISSUER,
  }) as jwt.JwtPayload;
  const isAlive = await redis.get(`bench:grant:${claims.sid}`);
  if (isAlive === null) res.status(401).end();
  else res.set(headers).status(200).end();
});
const server = app.listen(Number(PORT), "127.0.0.1");
process.on("SIGTERM", () => {
  server.closeAllConnections();
  server.close();
  redis.destroy();
});
