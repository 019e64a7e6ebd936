import { createHash } from 'node:crypto';
import type { ZipMember, ZipOptions } from '@waybill/testing';
import { zip } from '@waybill/testing';

export interface WheelParts {
  readonly name?: string;
  readonly version?: string;
  readonly metadataVersion?: string;
  /** Headers of METADATA behind the first three. */
  readonly headers?: readonly string[];
  readonly description?: string;
  /** By path, besides what each wheel has. */
  readonly files?: Readonly<Record<string, string>>;
  /** Instead of, or besides, what would be in the folder `.dist-info`; null leaves a file out. */
  readonly info?: Readonly<Record<string, string | null>>;
  /** Changes the lines of RECORD. */
  readonly record?: (lines: string[]) => string[];
  /** Changes the members of the archive after RECORD was written. */
  readonly members?: (members: ZipMember[]) => ZipMember[];
  readonly archive?: ZipOptions;
}

/** A wheel as build backends make it (PEP 427), but for what a test wants to be wrong about it. */
export function wheelOf(parts: WheelParts = {}): Buffer {
  const { name = 'foo_bar', version = '1.0', files = { 'foo_bar/__init__.py': 'x = 1\n' } } = parts;
  const folder = `${name}-${version}.dist-info`;
  const head = [`Metadata-Version: ${parts.metadataVersion ?? '2.1'}`, `Name: ${name}`, `Version: ${version}`];
  const info: Record<string, string | null> = {
    METADATA: [...head, ...(parts.headers ?? []), '', parts.description ?? ''].join('\n'),
    WHEEL: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    ...parts.info,
  };
  const inInfo = Object.entries(info).flatMap(([path, text]) =>
    text === null ? [] : [[`${folder}/${path}`, text] as const],
  );
  const contents = [...Object.entries(files), ...inInfo].filter(([path]) => path !== `${folder}/RECORD`);
  const lines = [...contents.map(([path, text]) => recordLine(path, text)), `${folder}/RECORD,,`];
  const record = info['RECORD'] ?? (parts.record?.(lines) ?? lines).join('\n');
  const members = [...contents, ...(info['RECORD'] === null ? [] : [[`${folder}/RECORD`, record] as const])].map(
    ([path, content]): ZipMember => ({ name: path, content }),
  );
  return zip(parts.members?.(members) ?? members, parts.archive);
}

export function recordLine(path: string, text: string, algorithm = 'sha256'): string {
  const hash = createHash(algorithm).update(text).digest('base64url');
  return `${/[",]/.test(path) ? `"${path.replaceAll('"', '""')}"` : path},${algorithm}=${hash},${Buffer.byteLength(text)}`;
}
