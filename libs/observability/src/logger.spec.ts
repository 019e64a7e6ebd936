import { newTokenText } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.js';

type TestLogger = ReturnType<typeof createLogger>;

const password = 'canary-password';

function linesOf(write: (logger: TestLogger) => void): string {
  const lines: string[] = [];
  write(createLogger({ service: 'test', destination: { write: (line) => void lines.push(line) } }));
  return lines.join('');
}

describe('the log', () => {
  it('is JSON lines with a static message and fields', () => {
    const line = JSON.parse(linesOf((logger) => logger.info({ 'package.name': 'a' }, 'Release published.'))) as object;
    expect(line).toMatchObject({ level: 'info', service: 'test', msg: 'Release published.', 'package.name': 'a' });
  });

  it('keeps what an error says, and its cause', () => {
    const failure = new Error('outer', { cause: new Error('inner') });
    expect(linesOf((logger) => logger.error({ err: failure }, 'Failed.'))).toMatch(/outer.*inner/);
  });

  it('keeps it wherever the error stands', () => {
    const nest = { err: new TypeError('nested', { cause: new Error('inner') }), more: [new Error('listed')] };
    const failure = new AggregateError([new Error('one of many')], 'several');
    const line = linesOf((logger) => logger.error({ nest, failure }, 'Failed.'));
    expect(line).toMatch(/nested.*inner.*listed.*several.*one of many/);
    expect(line).toContain('"type":"TypeError"');
  });

  it('is not led around in circles by an error', () => {
    const failure: Error & { self?: unknown } = new Error('round');
    failure.self = { failure };
    expect(linesOf((logger) => logger.error({ err: failure, failure }, 'Failed.'))).toContain('round');
  });
});

describe('a credential never shows in the log (W6)', () => {
  const token = newTokenText();
  const basic = Buffer.from(`user:${token}`).toString('base64');
  const jwtOf = (...parts: string[]) => parts.map((part) => Buffer.from(part).toString('base64url')).join('.');
  const jwt = jwtOf('{"alg":"RS256"}', '{"sub":"canary"}', 'canary-signature');
  const spacedJwt = jwtOf('{ "alg": "RS256" }', '{\n "sub": "canary"\n}', 'canary-signature');

  const places: [string, (logger: TestLogger) => void][] = [
    ['a header', (logger) => logger.warn({ headers: { authorization: `Bearer ${token}`, cookie: password } }, 'No.')],
    ['a header in capitals', (logger) => logger.warn({ headers: { 'X-NuGet-ApiKey': password } }, 'No.')],
    ['a path', (logger) => logger.warn({ path: `/npm/main/-/user/token/${token}` }, 'No.')],
    ['an encoded path', (logger) => logger.warn({ path: `/t/${token.replace('-', '%2D')}/main` }, 'No.')],
    ['a message', (logger) => logger.error(new Error(`bad token ${token}`), `Refused ${token}.`)],
    ['a line of its own', (logger) => logger.error(new Error(`bad token:\n${token}\n`), 'No.')],
    ['a quoted header', (logger) => logger.info(`Authorization: Basic ${basic}`)],
    ['an identity token', (logger) => logger.info({ body: `{"token":"${jwt}"}` }, 'No.')],
    ['an identity token in a form', (logger) => logger.info({ body: `a=b&subject_token=${jwt}&c=d` }, 'No.')],
    ['an identity token in an address', (logger) => logger.info({ path: `/oidc/${jwt}/exchange` }, 'No.')],
    ['an identity token after other words', (logger) => logger.info(`body.subject_token.${jwt} of_${spacedJwt}`)],
    ['an encoded identity token', (logger) => logger.info({ path: `/a?token=Bearer%20${jwt}.` }, 'No.')],
    ['an identity token in an error', (logger) => logger.error({ err: new Error(`bad ${spacedJwt}`) }, `No ${jwt}.`)],
    ['an identity token in a line of JSON', (logger) => logger.info(JSON.stringify({ text: `\n${spacedJwt}\n` }))],
    ['an address', (logger) => logger.error(new Error(`connect postgres://auth:${password}@db/waybill`), 'No.')],
    ['a field', (logger) => logger.info({ body: { login: { password } }, token }, 'No.')],
    ['a deep field', (logger) => logger.info({ a: { b: { c: { d: [{ accessToken: password }] } } } }, 'No.')],
    ['a field of a child', (logger) => logger.child({ password, headers: { cookie: password } }).info('No.')],
    [
      'values of a query inside of another error',
      (logger) => {
        const inner = Object.assign(new Error('duplicate key'), { parameters: [password], detail: password });
        logger.error({ err: Object.assign(new Error('outer', { cause: inner }), { inner }) }, 'No.');
        logger.error({ nest: { err: Object.assign(new Error('outer'), { password, inner: [inner] }) } }, 'No.');
      },
    ],
    [
      'values of a query',
      (logger) => {
        const refusal = { parameters: [password], detail: `Key (hash)=(${password}) already exists.`, where: password };
        logger.error({ err: Object.assign(new Error('duplicate key'), { ...refusal, driverError: refusal }) }, 'No.');
      },
    ],
  ];

  it.each(places)('%s', (_place, write) => {
    const text = linesOf(write);
    const signature = jwtOf('canary-signature');
    for (const canary of [token, token.slice(3), basic, jwt, spacedJwt, signature, password])
      expect(text).not.toContain(canary);
    for (const line of text.trim().split('\n')) expect(() => JSON.parse(line) as unknown).not.toThrow();
  });

  it('however long the line is that looks like one all the way', () => {
    for (const part of ['eyJ', 'ey.', 'eyJhbGciOiJS.', 'bearer ', '%20']) {
      const line = linesOf((logger) => logger.info(part.repeat(300_000)));
      expect(() => JSON.parse(line) as unknown).not.toThrow();
    }
  });

  it('and what is none stays readable', () => {
    const fields = {
      'tokens.count': 3,
      path: '/npm/main/left-pad',
      url: 'https://example.org:8080/a@b',
      tokenId: 'a-b',
      host: 'keyboards.journeys-eyewear.example.com',
      file: 'monkeys-everywhere-1.2.3.tar.gz',
    };
    const line = JSON.parse(linesOf((logger) => logger.info(fields, 'Basic checks passed.'))) as object;
    expect(line).toMatchObject({ ...fields, msg: 'Basic checks passed.' });
  });
});
