import Table from 'cli-table3';
import type { Session } from '../session.js';
import { escapedJson, visible } from '../terminal.js';

/** A column of a table: its heading, and where in a row it is (`a.b` goes deeper). */
export interface Column {
  readonly title: string;
  readonly from: string;
}

const noBorders = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Rows as a table for people, or as JSON lines with `--json`: a line is written as soon as its row is known. */
export async function showRows(
  session: Session,
  rows: AsyncIterable<unknown>,
  columns: readonly Column[],
): Promise<void> {
  if (session.flags.json) {
    for await (const row of rows) session.terminal.out(`${escapedJson(JSON.stringify(row))}\n`);
    return;
  }
  const table = new Table({
    head: columns.map(({ title }) => headingOf(title)),
    chars: noBorders,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  let count = 0;
  for await (const row of rows) {
    count += 1;
    table.push(columns.map(({ from }) => cell(valueAt(row, from))));
  }
  if (count === 0) session.terminal.err('Nothing to show.\n');
  else session.terminal.out(`${table.toString()}\n`);
}

/** One thing: `name: value` lines for people, the whole of it with `--json`. */
export function showThing(session: Session, thing: unknown): void {
  if (session.flags.json || typeof thing !== 'object' || thing === null) {
    showJson(session, thing);
    return;
  }
  for (const line of linesOf(thing)) session.terminal.out(`${line}\n`);
}

/** The `name: value` lines of a thing; what is below it stands in one line with its name. */
export function linesOf(thing: object): string[] {
  const entries = Object.entries(thing).map(([name, value]) => [wordsOf(name), value] as const);
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${`${visible(name)}:`.padEnd(width + 2)}${cell(value)}`);
}

/** All of an answer, for scripts; nothing of none. */
export function showJson(session: Session, json: unknown): void {
  if (json !== undefined) session.terminal.out(`${escapedJson(JSON.stringify(json, null, 2))}\n`);
}

/** `expiresAt` as EXPIRES AT. */
function headingOf(title: string): string {
  return wordsOf(title).toUpperCase();
}

/** `expiresAt` as "expires at". Text of others may come through here. */
function wordsOf(name: string): string {
  return visible(name.replaceAll(/(?<=[a-z0-9])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
}

/** Any value for people, in one line: `{repository: 'main', package: 'a'}` as "repository main, package a". */
export function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(cell).join(value.some((item) => typeof item === 'object') ? '; ' : ', ');
  if (typeof value === 'string') return visible(value);
  if (typeof value !== 'object') return JSON.stringify(value);
  return Object.entries(value)
    .filter(([, below]) => below !== null && below !== undefined)
    .map(([name, below]) => `${wordsOf(name)} ${cell(below)}`)
    .join(', ');
}

function valueAt(row: unknown, from: string): unknown {
  return from
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, name)
          ? (value as Record<string, unknown>)[name]
          : undefined,
      row,
    );
}
