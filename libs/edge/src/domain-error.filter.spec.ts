import { DomainError } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { asHttpError } from './domain-error.filter.js';
import { renderError } from './error-dialect.js';

const dialect = { contentType: 'application/json', body: { error: '$message', code: '$code' } };

function failure(code: string | undefined, message = 'connect 10.0.0.7:5432'): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}

describe('a request while the database is away', () => {
  it.each<[what: string, thrown: Error]>([
    ['refuses connections', failure('ECONNREFUSED')],
    ['has lost its socket', Object.assign(failure('ENOENT'), { syscall: 'connect' })],
    ['is shut down by its administrator', failure('57P01')],
    ['starts only now', failure('57P03')],
    ['has too many connections', failure('53300')],
    ['has closed the connection', failure(undefined, 'Connection terminated unexpectedly')],
    ['has no connection left in the pool', failure(undefined, 'timeout exceeded when trying to connect')],
    ['fails inside of a query', Object.assign(new Error('query failed'), { driverError: failure('57P01') })],
  ])('that %s is answered 503 with Retry-After in the dialect, and says nothing of the house (W6)', (_what, thrown) => {
    const { error, status } = asHttpError(thrown);
    const answer = renderError(dialect, error, 'r-1', status);
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(JSON.parse(answer.body)).toEqual({
      error: 'The database cannot do this now; try again.',
      code: 'database.unavailable',
    });
  });

  it('is told from a mistake of ours, which stays 500, and from what a service has worded itself', () => {
    expect(asHttpError(failure('42P01')).status).toBe(500);
    expect(asHttpError(Object.assign(failure('ENOENT'), { syscall: 'open' })).status).toBe(500);
    expect(asHttpError(new DomainError('conflict', 'toy.taken', 'Taken.')).status).toBe(409);
  });
});
