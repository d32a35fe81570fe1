/** A text frame from a server (RFC 6455, section 5.2): whole, not masked. Made once, it can be written to any number of WebSockets. */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const from = length < 126 ? 2 : length < 0x1_0000 ? 4 : 10;
  const frame = Buffer.allocUnsafe(from + length);
  frame[0] = FINAL | TEXT;
  if (from === 2) frame[1] = length;
  else if (from === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, from);
  return frame;
}

const FINAL = 0x80;
const TEXT = 0x1;
