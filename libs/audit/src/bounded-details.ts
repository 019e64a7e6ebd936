import { redactTokens } from '@waybill/observability';

const maxEntryBytes = 4096;
const maxDetailsBytes = 32 * 1024;
const maxNamed = 50;

/**
 * The facts of an event within 32 KiB: an audit must never be the reason that a change fails. What is too large is left
 * out and named in `omitted`. Nothing that looks like a credential gets through, though no caller hands one in (W6).
 */
export function boundedDetails(details: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const kept: Record<string, unknown> = {};
  const omitted: string[] = [];
  let bytes = 0;
  for (const [name, value] of Object.entries(details)) {
    const text = jsonOf(value);
    if (text === undefined) continue;
    const size = Buffer.byteLength(text) + Buffer.byteLength(name);
    if (size > maxEntryBytes || bytes + size > maxDetailsBytes) {
      omitted.push(name.slice(0, 100));
      continue;
    }
    bytes += size;
    kept[name] = JSON.parse(text);
  }
  return omitted.length === 0 ? kept : { ...kept, omitted: omitted.slice(0, maxNamed) };
}

/** Undefined for what JSON leaves out. `jsonb` knows no U+0000. */
function jsonOf(value: unknown): string | undefined {
  const text: string | undefined = JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'string' ? redactTokens(inner.replaceAll('\u0000', '\ufffd').toWellFormed()) : inner,
  );
  return text;
}
