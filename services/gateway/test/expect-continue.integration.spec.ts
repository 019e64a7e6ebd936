import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { knowsToy } from './asking.js';
import { newPerson } from './people.js';
import { rawRequest } from './raw-request.js';
import { startGateway, type RunningGateway } from './running-gateway.js';
import { startToyService, type ToyService } from './toy-service.js';

let gateway: RunningGateway;
let toy: ToyService;
let toyIsThere = true;

beforeAll(async () => {
  gateway = await startGateway({}, { rates: { writes: 3 } });
  toy = await startToyService(gateway.connection, gateway.store);
  await knowsToy(gateway);
});

beforeEach(() => {
  toy.seen.length = 0;
});

afterAll(async () => {
  if (toyIsThere) await toy.stop();
  await gateway.stop();
});

/** The head of an upload that waits to be asked for its body. */
function waiting(fields: Record<string, string>, target = 'PUT /toy/files/x'): string {
  const lines = Object.entries({ host: 'x', expect: '100-continue', 'content-length': '1000', ...fields });
  return `${target} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

/** A request that must never be taken for one: it stands where the body would. */
const disguised = 'GET /toy/echo/disguised HTTP/1.1\r\nHost: x\r\n\r\n';

function bearer(): { authorization: string } {
  return { authorization: `Bearer ${newPerson(gateway).token}` };
}

describe('Expect: 100-continue', () => {
  it.each<[string, number, () => string]>([
    ['nobody who is known', 401, () => waiting({})],
    ['a credential that is not ours', 401, () => waiting({ authorization: 'Bearer nonsense' })],
    ['more than the route takes', 413, () => waiting({ ...bearer(), 'content-length': '300000001' })],
    [
      'more than a small body may have',
      413,
      () => waiting({ ...bearer(), 'content-length': '262145' }, 'POST /toy/notes'),
    ],
    ['a path that nobody serves', 404, () => waiting(bearer(), 'PUT /nowhere')],
    ['another expectation', 417, () => waiting({ ...bearer(), expect: '200-ok' })],
  ])('from %s is refused before a byte is sent, and what stands behind is no request', async (_who, status, head) => {
    const answer = await rawRequest(gateway.port, head() + disguised);
    expect(answer).toMatchObject({ status, closed: true });
    expect(answer.text).not.toContain('100 Continue');
    expect(answer.text.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(toy.seen).toEqual([]);
    expect(await gateway.stagedFiles()).toBe(0);
  });

  it('beyond the budget of the caller is refused before a byte is sent', async () => {
    const caller = bearer();
    const write = () => fetch(`${gateway.url}/toy/notes`, { method: 'POST', headers: caller });
    expect([(await write()).status, (await write()).status, (await write()).status]).toEqual([201, 201, 201]);
    const answer = await rawRequest(gateway.port, waiting(caller) + disguised);
    expect(answer).toMatchObject({ status: 429, closed: true });
    expect(answer.text).not.toContain('100 Continue');
    expect(toy.seen).toHaveLength(3);
  });

  it('is answered once for each request of a connection, in their order', async () => {
    const caller = bearer();
    const fields = { ...caller, 'content-length': '5' };
    const bytes = `${waiting(fields)}hello` + `${waiting({ ...fields, connection: 'close' }, 'PUT /toy/files/y')}world`;
    const { text, closed } = await rawRequest(gateway.port, bytes);
    expect(closed).toBe(true);
    expect(text.match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 100', 'HTTP/1.1 200', 'HTTP/1.1 100', 'HTTP/1.1 200']);
    expect(toy.seen.map(({ target }) => target)).toEqual(['/toy/files/x', '/toy/files/y']);
    expect(text.match(/"bytes":5/g)).toHaveLength(2);
  });

  it('whose refusal stands behind another answer does not come before it', async () => {
    const bytes = `GET /toy/echo/first HTTP/1.1\r\nHost: x\r\n\r\n${waiting({})}${disguised}`;
    const { text } = await rawRequest(gateway.port, bytes);
    expect(text.match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 401']);
    expect(toy.seen).toEqual([{ method: 'GET', target: '/toy/echo/first' }]);
  });

  it('for a service that has gone is refused before a byte is sent', async () => {
    await toy.stop();
    toyIsThere = false;
    const answer = await rawRequest(gateway.port, waiting(bearer()) + disguised);
    expect(answer).toMatchObject({ status: 503, closed: true });
    expect(answer.text).toContain('"toyError"');
    expect(answer.text).not.toContain('100 Continue');
  });
});
