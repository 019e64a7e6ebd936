import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { rowsFormatOf, sendRows } from './rows.js';

interface Row {
  readonly name: string;
  readonly count: number | null;
  readonly tags?: readonly string[];
  readonly secret?: string;
}

const rows: Row[] = [
  { name: 'left, "pad"', count: 1, tags: ['a', 'b'], secret: 'canary' },
  { name: '=HYPERLINK("http://x")', count: null, secret: 'canary' },
  { name: '@x\r\n', count: -2, secret: 'canary' },
];

function asked(target: string, accept?: string) {
  return { raw: { url: target }, headers: accept === undefined ? {} : { accept } } as never;
}

function send(target: string, source: AsyncIterable<Row> = iterate(rows)) {
  const headers: Record<string, string> = {};
  const reply = { header: (name: string, value: string) => (headers[name] = value) };
  return { headers, stream: sendRows(asked(target), reply as never, source, ['name', 'count', 'tags']) };
}

async function* iterate(list: readonly Row[]): AsyncGenerator<Row> {
  yield* list;
  await Promise.resolve();
}

describe('rows that somebody exports', () => {
  it('are one JSON value per line, with the columns and nothing else', async () => {
    const { headers, stream } = send('/api/v1/rows');
    expect(
      (await text(stream))
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { name: 'left, "pad"', count: 1, tags: ['a', 'b'] },
      { name: '=HYPERLINK("http://x")', count: null },
      { name: '@x\r\n', count: -2 },
    ]);
    expect(headers).toMatchObject({ 'content-type': 'application/x-ndjson; charset=utf-8', vary: 'accept' });
  });

  it('are CSV with a header line in which no spreadsheet finds a formula', async () => {
    const { headers, stream } = send('/api/v1/rows?format=csv');
    expect(await text(stream)).toBe(
      [
        'name,count,tags',
        `"left, ""pad""",1,"[""a"",""b""]"`,
        `"'=HYPERLINK(""http://x"")",,`,
        `"'@x\r\n",'-2,`,
        '',
      ].join('\r\n'),
    );
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
  });

  it('have a header line also where there are none', async () => {
    expect(await text(send('/api/v1/rows?format=csv', iterate([])).stream)).toBe('name,count,tags\r\n');
  });

  it.each(['csv', 'ndjson'])('are no whole answer when their source breaks (%s)', async (format) => {
    async function* breaking(): AsyncGenerator<Row> {
      yield* rows;
      await Promise.resolve();
      throw new Error('the database went away');
    }
    await expect(text(send(`/api/v1/rows?format=${format}`, breaking()).stream)).rejects.toThrow('went away');
  });

  it.each([
    ['/x?format=csv', 'application/x-ndjson', 'csv'],
    ['/x', 'text/html, text/csv;q=0.5', 'csv'],
    ['/x', 'application/x-ndjson', 'ndjson'],
    ['/x?format=xml', 'application/json', undefined],
    ['/x', undefined, undefined],
  ])('come in the format that was asked for: %s with %s', (target, accept, format) => {
    expect(rowsFormatOf(asked(target, accept))).toBe(format);
  });
});
