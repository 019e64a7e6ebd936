import type { ApiRequest } from '../api/api-request.js';
import type { ApiCommand } from './described-command.js';
import { Arguments } from './arguments.js';

/**
 * What a person types for a field that the server names: `--reason` for `body.reason`, `<org>` for `body.organization`. Found by
 * building the request once more with marks in place of what was typed, and by looking where they went.
 */
export function fieldNames(
  command: ApiCommand,
  typed: Readonly<Record<string, unknown>>,
): (field: string) => string | undefined {
  const places = new Map<string, string>();
  return (field) => {
    if (places.size === 0) for (const [place, name] of placesOf(command, typed)) places.set(place, name);
    const inside = [...places].filter(([place]) => place === field || place.startsWith(`${field}.`));
    if (inside.length > 0) return [...new Set(inside.map(([, name]) => name))].join(', ');
    return command.fields?.[field] ?? sameName(command, field.split('.').at(-1) ?? field);
  };
}

function* placesOf(command: ApiCommand, typed: Readonly<Record<string, unknown>>): Generator<[string, string]> {
  const marks = new Map<string | number, string>();
  const marked = Object.entries(typed).map(([name, value], index): [string, unknown] => {
    const mark = typeof value === 'number' ? 900_000_000 + index : `\u0001${String(index)}\u0001`;
    if (!['string', 'number', 'object'].includes(typeof value) || value === null) return [name, value];
    marks.set(mark, labelOf(command, name));
    return [name, Array.isArray(value) ? [mark] : mark];
  });
  const request = requestOf(command, new Arguments(Object.fromEntries(marked)));
  for (const [place, value] of leavesOf({ body: request?.body, query: request?.query }, '')) {
    const found = [...marks].filter(
      ([mark]) => value === mark || (typeof value === 'string' && value.includes(String(mark))),
    );
    for (const [, name] of found.slice(-1)) yield [place, name];
  }
}

function requestOf(command: ApiCommand, typed: Arguments): ApiRequest | undefined {
  try {
    return command.request(typed);
  } catch {
    return undefined;
  }
}

function* leavesOf(value: unknown, place: string): Generator<[string, unknown]> {
  if (typeof value !== 'object' || value === null) {
    yield [place, value];
    return;
  }
  for (const [name, below] of Object.entries(value)) {
    const isInList = Array.isArray(value) && value.length === 1;
    yield* leavesOf(below, isInList ? place : place === '' ? name : `${place}.${name}`);
  }
}

function sameName(command: ApiCommand, field: string): string | undefined {
  const name = field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const isKnown = command.options?.[name] !== undefined || isPositional(command, name);
  return isKnown ? labelOf(command, name) : undefined;
}

function labelOf(command: ApiCommand, name: string): string {
  if (isPositional(command, name)) return `<${name}>`;
  return command.secret?.name === name ? `the ${name}` : `--${name}`;
}

function isPositional({ usage }: ApiCommand, name: string): boolean {
  return usage.includes(`<${name}>`) || usage.includes(`[${name}]`);
}
