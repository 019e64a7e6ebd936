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

/** Undefined for what JSON leaves out. Keys are cleaned as values are. */
function jsonOf(value: unknown): string | undefined {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? undefined : redactTokens(text).replaceAll(escapes, replaceUnstorable);
}

// What `JSON.stringify` writes with a backslash. `jsonb` has no place for U+0000, and UTF-8 none for half a surrogate pair.
const escapes = /\\(?:(u0000|ud[89a-f][0-9a-f]{2})|u[0-9a-f]{4}|[^u])/g;

function replaceUnstorable(escape: string, unstorable: string | undefined): string {
  return unstorable === undefined ? escape : '\ufffd';
}
