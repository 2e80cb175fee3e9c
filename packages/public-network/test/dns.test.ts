import { createSocket } from "node:dgram";
import { once } from "node:events";
import { expect, test } from "@jest/globals";
import { resolveLocally, resolverOf } from "../src/dns.ts";

const [typeA, typeAaaa] = [1, 28];

/** A name server that knows these addresses of any name (RFC 1035 4.1); none of a type means an empty answer. */
async function openNameServer(known: Readonly<Record<number, readonly number[]>>) {
  const socket = createSocket("udp4");
  socket.on("message", (query, { port, address }) => {
    const end = query.indexOf(0, 12) + 5; // header, name, type, class
    const data = known[query.readUInt16BE(end - 4)];
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(0x8180, 2); // an answer, no error
    header.writeUInt16BE(data === undefined ? 0 : 1, 6);
    header.writeUInt32BE(0, 8);
    const answer = data === undefined ? [] : [answerOf(query.subarray(end - 4, end), data)];
    socket.send(Buffer.concat([header, query.subarray(12, end), ...answer]), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    address: `127.0.0.1:${socket.address().port}`,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((closed) => socket.close(closed));
    },
  };
}

function answerOf(typeAndClass: Buffer, data: readonly number[]): Buffer {
  const [pointerToName, secondsToLive] = [
    [0xc0, 12],
    [0, 0, 0, 60],
  ] as const;
  return Buffer.from([...pointerToName, ...typeAndClass, ...secondsToLive, 0, data.length, ...data]);
}

const v6 = [0x26, 0x06, 0x47, 0, 0x47, 0, ...Array.from({ length: 8 }, () => 0), 0x11, 0x11];

test.each([
  ["both families", { [typeA]: [1, 1, 1, 1], [typeAaaa]: v6 }, ["1.1.1.1", "2606:4700:4700::1111"]],
  ["IPv4 alone", { [typeA]: [1, 1, 1, 1] }, ["1.1.1.1"]],
  ["IPv6 alone", { [typeAaaa]: v6 }, ["2606:4700:4700::1111"]],
  ["no address", {}, []],
])("a name with %s", async (_what, known, addresses) => {
  await using server = await openNameServer(known);
  const found = await resolverOf([server.address])("app.example");
  expect(found.map(({ address }) => address)).toEqual(addresses);
});

test("this machine's own name, for development", async () => {
  const found = await resolveLocally("127.0.0.1");
  expect(found).toEqual([{ address: "127.0.0.1", family: 4 }]);
});
