import { newTokenText } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.js';

function linesOf(write: (logger: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger({ service: 'test', destination: { write: (line) => void lines.push(line) } }));
  return lines.join('');
}

describe('the log', () => {
  it('is JSON lines with a static message and fields', () => {
    const line = JSON.parse(linesOf((logger) => logger.info({ 'package.name': 'a' }, 'Release published.'))) as object;
    expect(line).toMatchObject({ level: 'info', service: 'test', msg: 'Release published.', 'package.name': 'a' });
  });

  it('never shows a credential, wherever it is put (W6)', () => {
    const token = newTokenText();
    const password = 'canary-password';
    const text = linesOf((logger) => {
      logger.warn({ headers: { authorization: `Bearer ${token}`, cookie: password } }, 'Refused.');
      logger.warn({ path: `/npm/main/-/user/token/${token}` }, 'Refused.');
      logger.error(new Error(`bad token ${token}`), `Refused ${token}.`);
      logger.error({ err: Object.assign(new Error('failed'), { parameters: [password] }) }, 'Failed.');
      logger.info({ body: { login: { password } }, token }, 'Refused.');
    });
    expect(text).not.toContain(token);
    expect(text).not.toContain(password);
    expect(text).toContain('***');
  });
});
