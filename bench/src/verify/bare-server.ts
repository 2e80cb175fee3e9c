import { createServer } from "node:http";

// Contender (a): the least that node:http can do and still answer with headers of the same size.
const headers = JSON.parse(process.env.ANSWER_HEADERS ?? "{}") as Record<string, string>;
createServer((_req, res) => res.writeHead(200, headers).end()).listen(Number(process.env.PORT), "127.0.0.1");
