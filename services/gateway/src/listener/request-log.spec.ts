import { describe, expect, it } from 'vitest';
import type { AnsweredRequest } from './access-log.js';
import { BufferedRequestLog } from './request-log.js';

const request: AnsweredRequest = {
  requestId: '3c71a02b-cceb-45ce-95b3-a18da587b454',
  method: 'GET',
  path: '/toy/shelf/bear',
  status: 200,
  clientAddress: '203.0.113.9',
  service: 'toy',
  milliseconds: 1.26,
  aborted: false,
};

function logOf(mode: 'all' | 'errors' | 'none'): { log: BufferedRequestLog; lines: () => unknown[] } {
  let written = '';
  const log = new BufferedRequestLog({ service: 'gateway', mode, write: (lines) => (written += lines) });
  const lines = (): unknown[] => {
    log.flush();
    return written
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown);
  };
  return { log, lines };
}

describe('the access log', () => {
  it('is lines as the logger of the service writes them', () => {
    const { log, lines } = logOf('all');
    log.answered(request);
    expect(lines()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as unknown,
        service: 'gateway',
        'request.id': request.requestId,
        'http.method': 'GET',
        'url.path': '/toy/shelf/bear',
        'http.status': 200,
        'client.address': '203.0.113.9',
        'edge.service': 'toy',
        duration_ms: 1.3,
        msg: 'request',
      },
    ]);
  });

  it('stays lines whatever a path has in it', () => {
    const { log, lines } = logOf('all');
    const path = '/a"b\\c\u0001\u00ff{}\n';
    log.answered({ ...request, path, aborted: true });
    expect(lines()).toMatchObject([{ 'url.path': path, aborted: true }]);
  });

  it('loses none of many, long or short', () => {
    const { log, lines } = logOf('all');
    for (let index = 0; index < 500; index += 1)
      log.answered({ ...request, path: '/x'.repeat(index * 10), status: index });
    expect(lines().map((line) => (line as { 'http.status': number })['http.status'])).toEqual([...Array(500).keys()]);
  });

  it('can be what went wrong alone, or nothing', () => {
    const { log, lines } = logOf('errors');
    for (const status of [200, 304, 404, 500]) log.answered({ ...request, status });
    log.answered({ ...request, aborted: true });
    expect(lines()).toMatchObject([{ 'http.status': 404 }, { 'http.status': 500 }, { aborted: true }]);
    const none = logOf('none');
    none.log.answered({ ...request, status: 500 });
    expect(none.lines()).toEqual([]);
  });
});
