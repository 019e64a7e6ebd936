import { Readable } from 'node:stream';
import { DomainError } from '@waybill/domain';
import { edgeContextOf } from '@waybill/edge';
import { IsIn } from 'class-validator';
import { stringify } from 'csv-stringify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MayBeAbsent } from './may-be-absent.js';

export const rowsFormats = ['ndjson', 'csv'] as const;
export type RowsFormat = (typeof rowsFormats)[number];

const mediaTypes: Record<RowsFormat, string> = { ndjson: 'application/x-ndjson', csv: 'text/csv' };
/** Media types that a client may ask for, each with its format. */
const formatOfMediaType: Readonly<Record<string, RowsFormat>> = {
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'text/csv': 'csv',
};
const maxAcceptLength = 1000;

/** `?format=` of a list that can be exported; such a query extends it. */
export class ExportQuery {
  /** `ndjson` or `csv`; wins over `Accept`. */
  @MayBeAbsent()
  @IsIn(rowsFormats)
  format?: RowsFormat;
}

/** What the client asked for, by `?format=` or the first of these that `Accept` names; undefined: neither. */
export function rowsFormatOf(request: Pick<FastifyRequest, 'headers' | 'raw'>): RowsFormat | undefined {
  const [, query = ''] = edgeContextOf(request).rawTarget.split('?', 2);
  const asked = new URLSearchParams(query).get('format');
  const named = rowsFormats.find((format) => format === asked);
  if (named !== undefined) return named;
  const accepted = (request.headers.accept ?? '').slice(0, maxAcceptLength).toLowerCase().split(',');
  for (const range of accepted) {
    const format = formatOfMediaType[range.split(';', 1)[0]?.trim() ?? ''];
    if (format !== undefined) return format;
  }
  return undefined;
}

/**
 * Answers with rows as they come, one JSON value per line (the default) or CSV (RFC 4180) with a header line. Only `columns`
 * are written. Return it from a handler. What fails after the first row breaks the answer off, and is no whole answer.
 */
export function sendRows<Row extends object>(
  request: Pick<FastifyRequest, 'headers' | 'raw'>,
  reply: Pick<FastifyReply, 'header'>,
  rows: AsyncIterable<Row>,
  columns: readonly (keyof Row & string)[],
): Readable {
  if (columns.length === 0) throw new DomainError('internal', 'rows.no-columns', 'An export has columns.');
  const format = rowsFormatOf(request) ?? 'ndjson';
  reply.header('content-type', `${mediaTypes[format]}; charset=utf-8`);
  reply.header('vary', 'accept');
  return format === 'csv' ? csvOf(rows, columns) : Readable.from(linesOf(rows, columns), { objectMode: false });
}

async function* linesOf<Row extends object>(
  rows: AsyncIterable<Row>,
  columns: readonly (keyof Row & string)[],
): AsyncGenerator<string> {
  for await (const row of rows) {
    yield `${JSON.stringify(Object.fromEntries(columns.map((column) => [column, row[column]])))}\n`;
  }
}

function csvOf<Row extends object>(rows: AsyncIterable<Row>, columns: readonly (keyof Row & string)[]): Readable {
  async function* records(): AsyncGenerator<string[]> {
    for await (const row of rows) yield columns.map((column) => cellOf(row[column]));
  }
  const csv = stringify({ header: true, columns: [...columns], record_delimiter: 'windows', escape_formulas: true });
  const source = Readable.from(records());
  source.on('error', (error) => csv.destroy(error));
  csv.on('close', () => source.destroy());
  return source.pipe(csv);
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'string') return value;
  return JSON.stringify(value);
}
