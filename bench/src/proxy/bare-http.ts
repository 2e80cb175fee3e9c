import { createServer } from "node:http";

// What node:http alone costs: reads a body and answers with it.
createServer((req, res) => {
  const chunks: Buffer[] = [];
  req.on("data", (chunk: Buffer) => chunks.push(chunk));
  req.on("end", () => {
    const body = Buffer.concat(chunks);
    res.writeHead(200, { "content-type": "application/json", "content-length": String(body.length) }).end(body);
  });
}).listen(Number(process.env.PORT), "127.0.0.1");
