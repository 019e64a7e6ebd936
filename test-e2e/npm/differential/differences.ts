import type { Answer } from './session.js';

/**
 * In what two answers differ: status, media type, and the shape of the JSON, which is every path of keys with the type of
 * what stands there. Values are ignored, and so are parameters of the media type (JSON has none, RFC 8259 §11).
 */
export function differencesOf(verdaccio: Answer, waybill: Answer, placeholders: Placeholders): string[] {
  const there = shapeOf(verdaccio.json, placeholders);
  const here = shapeOf(waybill.json, placeholders);
  return [
    ...different('status', `${verdaccio.status}`, `${waybill.status}`),
    ...different('type', mediaType(verdaccio), mediaType(waybill)),
    ...[...there].filter((path) => !here.has(path)).map((path) => `only Verdaccio: ${path}`),
    ...[...here].filter((path) => !there.has(path)).map((path) => `only Waybill: ${path}`),
  ];
}

/** At the end of a path. */
const version = /(?<=\.)\d+\.\d+\.\d+$/;

/** Names that only this run has, and what stands for them in the paths: `{ 'lib-4711': '{package}' }`. */
export type Placeholders = Readonly<Record<string, string>>;

function different(what: string, verdaccio: string, waybill: string): string[] {
  return verdaccio === waybill ? [] : [`${what}: Verdaccio ${verdaccio}, Waybill ${waybill}`];
}

function mediaType({ headers, bytes }: Answer): string {
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  return bytes === 0 ? 'no body' : (type ?? 'none');
}

function shapeOf(json: unknown, placeholders: Placeholders): Set<string> {
  return json === undefined ? new Set() : new Set([...pathsOf(json, '', placeholders)].sort());
}

function* pathsOf(json: unknown, path: string, placeholders: Placeholders): Generator<string> {
  yield `${path === '' ? '(whole)' : path}: ${typeOf(json)}`;
  // What is inside of one version is inside of all: that each of them is there, the line above has said.
  const above = path.replace(version, '{version}');
  if (Array.isArray(json)) {
    for (const item of json) yield* pathsOf(item, `${above}[]`, placeholders);
  } else if (typeof json === 'object' && json !== null) {
    for (const [key, value] of Object.entries(json)) {
      const shown = placeholders[key] ?? key;
      yield* pathsOf(value, above === '' ? shown : `${above}.${shown}`, placeholders);
    }
  }
}

function typeOf(json: unknown): string {
  if (json === null) return 'null';
  return Array.isArray(json) ? 'array' : typeof json;
}
