import { DomainError } from '@waybill/domain';

/** Largest body that travels inside a message; what is larger goes through the object store. */
export const maxInlineBytes = 262_144;

const lengthBytes = 4;
const utf8 = new TextDecoder('utf-8', { fatal: true });

export interface Frame {
  readonly head: unknown;
  readonly body: Buffer;
}

/** One message: the head's length as 4 bytes big-endian, the head as JSON, then the raw bytes of the body. */
export function encodeFrame(head: unknown, body: Uint8Array | undefined): Buffer {
  const text = JSON.stringify(head);
  const headBytes = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(lengthBytes + headBytes + (body?.byteLength ?? 0));
  frame.writeUInt32BE(headBytes, 0);
  frame.write(text, lengthBytes, headBytes, 'utf8');
  if (body !== undefined) frame.set(body, lengthBytes + headBytes);
  return frame;
}

/** Errors: `invalid` `edge.malformed-frame`. The body is a view into `data`, not a copy. */
export function decodeFrame(data: Uint8Array): Frame {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (bytes.length < lengthBytes) throw malformed();
  const headEnd = lengthBytes + bytes.readUInt32BE(0);
  if (headEnd > bytes.length) throw malformed();
  try {
    const head: unknown = JSON.parse(utf8.decode(bytes.subarray(lengthBytes, headEnd)));
    return { head, body: bytes.subarray(headEnd) };
  } catch (error) {
    throw malformed(error);
  }
}

function malformed(cause?: unknown): DomainError {
  return new DomainError('invalid', 'edge.malformed-frame', 'A message of the edge is malformed.', { cause });
}
