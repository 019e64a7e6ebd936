import { TrustedRoot } from '@sigstore/protobuf-specs';
import { DomainError } from '@waybill/domain';
import { parseStrictJson } from '@waybill/strict-json';
import { toTrustMaterial, Verifier } from '@sigstore/verify';
import { z } from 'zod';

/** Whose certificates, logs and timestamps are believed, together: what one root vouches for says nothing with another one's log. */
export interface TrustRoot {
  /** Where it came from, for people. */
  readonly name: string;
  readonly verifier: Verifier;
  readonly logs: readonly TrustedLog[];
}

/** A transparency log, and when it took entries. */
export interface TrustedLog {
  readonly keyId: Buffer;
  readonly start: Date | undefined;
  readonly end: Date | undefined;
}

export const maxTrustRootBytes = 1024 * 1024;

const some = z.array(z.looseObject({})).max(100);

// https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto
const shape = z.looseObject({
  mediaType: z.string().regex(/^application\/vnd\.dev\.sigstore\.trustedroot(?:\+json;version=|\.v)0\.\d/),
  certificateAuthorities: some.min(1),
  tlogs: some.default([]),
  ctlogs: some.default([]),
  timestampAuthorities: some.default([]),
});

/**
 * A `trusted_root.json`. What it knows is required: a log, where it has logs; an entry in a certificate log, where it has those; and
 * always the time, from a log or a timestamp authority. Errors: `invalid` `provenance.trust-root`.
 */
export function parseTrustRoot(name: string, bytes: Uint8Array): TrustRoot {
  if (bytes.byteLength > maxTrustRootBytes) throw unusable(name, 'is too large');
  let root: TrustedRoot;
  try {
    root = TrustedRoot.fromJSON(shape.parse(parseStrictJson(bytes)));
    if (root.tlogs.length + root.timestampAuthorities.length === 0) throw new Error('Nobody in it tells the time.');
    const verifier = new Verifier(toTrustMaterial(root), {
      tlogThreshold: Math.min(1, root.tlogs.length),
      ctlogThreshold: Math.min(1, root.ctlogs.length),
      timestampThreshold: 1,
    });
    return { name, verifier, logs: root.tlogs.map(trustedLog) };
  } catch (error) {
    throw unusable(name, 'cannot be read as one', error);
  }
}

function trustedLog({ checkpointKeyId, logId, publicKey }: TrustedRoot['tlogs'][number]): TrustedLog {
  const { keyId } = checkpointKeyId ?? logId ?? { keyId: Buffer.alloc(0) };
  return { keyId, start: publicKey?.validFor?.start, end: publicKey?.validFor?.end };
}

function unusable(name: string, why: string, cause?: unknown): DomainError {
  return new DomainError('invalid', 'provenance.trust-root', `The Sigstore trust root ${name} ${why}.`, { cause });
}
