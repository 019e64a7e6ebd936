import { describe, expect, it } from 'vitest';
import { unavailableDatabase } from './unavailable-database.js';

function failure(code: string | undefined, message = 'no'): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}

describe('a failure of the database', () => {
  it.each(['08006', '53100', '57P01', '25006', '55P03', '57014', 'ECONNREFUSED'])('%s is one that passes', (code) => {
    expect(unavailableDatabase(failure(code))).toMatchObject({
      kind: 'unavailable',
      code: 'database.unavailable',
      retryAfterSeconds: 5,
    });
    const wrapped = Object.assign(new Error('query failed'), { driverError: failure(code) });
    expect(unavailableDatabase(wrapped)?.kind).toBe('unavailable');
  });

  it('is one that passes when the connection broke off', () => {
    expect(unavailableDatabase(failure(undefined, 'Connection terminated unexpectedly'))?.kind).toBe('unavailable');
    expect(unavailableDatabase(failure(undefined, 'timeout exceeded when trying to connect'))?.kind).toBe(
      'unavailable',
    );
  });

  it('is one that passes when the socket of the server is not there, as no other file is', () => {
    expect(unavailableDatabase(Object.assign(failure('ENOENT'), { syscall: 'connect' }))?.kind).toBe('unavailable');
    expect(unavailableDatabase(Object.assign(failure('ENOENT'), { syscall: 'open' }))).toBeUndefined();
  });

  it.each(['23505', '42P01', '22P02', undefined])('%s is a mistake, and stays one', (code) => {
    expect(unavailableDatabase(failure(code))).toBeUndefined();
    expect(unavailableDatabase('text')).toBeUndefined();
  });
});
