export interface TimestampRequest {
  readonly hash: Buffer;
  /** As an object identifier in dots. */
  readonly hashAlgorithm: string;
  /** As DER has it: big-endian, with a sign. */
  readonly nonce: Buffer;
  readonly wantsCertificate: boolean;
}

const [booleanTag, integerTag, octetsTag] = [0x01, 0x02, 0x04];
const algorithms: Readonly<Record<string, string>> = {
  '608648016503040201': '2.16.840.1.101.3.4.2.1',
  '608648016503040202': '2.16.840.1.101.3.4.2.2',
  '608648016503040203': '2.16.840.1.101.3.4.2.3',
};

/** A `TimeStampReq` in DER (RFC 3161 §2.4.1), as far as this clock answers it. */
export function readTimestampRequest(der: Buffer): TimestampRequest {
  const [whole] = membersOf(der);
  const [, imprint, ...rest] = membersOf(whole?.value);
  const [algorithm, hash] = membersOf(imprint?.value);
  const [oid] = membersOf(algorithm?.value);
  const hashAlgorithm = algorithms[oid?.value.toString('hex') ?? ''];
  if (hash?.tag !== octetsTag || hashAlgorithm === undefined) throw new Error('The request is not understood.');
  const nonce = rest.find(({ tag }) => tag === integerTag)?.value ?? Buffer.from([0]);
  const wish = rest.find(({ tag }) => tag === booleanTag)?.value.readUInt8();
  return { hash: hash.value, hashAlgorithm, nonce, wantsCertificate: (wish ?? 0) !== 0 };
}

interface Member {
  readonly tag: number;
  readonly value: Buffer;
}

function membersOf(der: Buffer = Buffer.alloc(0)): Member[] {
  const members: Member[] = [];
  for (let at = 0; at < der.length;) {
    const first = der.readUInt8(at + 1);
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    const start = at + 2 + lengthBytes;
    const length = lengthBytes === 0 ? first : der.readUIntBE(at + 2, lengthBytes);
    members.push({ tag: der.readUInt8(at), value: der.subarray(start, start + length) });
    at = start + length;
  }
  return members;
}
