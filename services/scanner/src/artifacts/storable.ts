/**
 * The same value with texts that jsonb takes: it knows neither U+0000 nor half of a surrogate pair, and a hostile
 * package would otherwise have no result at all.
 */
export function storable<Value>(value: Value): Value {
  return JSON.parse(
    JSON.stringify(value, (_key, part: unknown) => (typeof part === 'string' ? wellFormed(part) : part)),
  ) as Value;
}

function wellFormed(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
