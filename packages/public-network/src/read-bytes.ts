/** Everything that a stream gives. @throws an Error whose message is fit for the log, when it is longer than `longest` bytes */
export async function readBytes(stream: AsyncIterable<Buffer>, longest: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > longest) throw new Error(`the body is longer than ${longest} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
