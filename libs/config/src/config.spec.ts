import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeConfig } from './describe-config.js';
import { readConfig } from './read-config.js';
import { Secret } from './secret.js';
import { together } from './together.js';
import { busConfig, databaseConfig, hostConfig } from './shapes.js';

const schema = z.object({ ...busConfig, ...databaseConfig, ...hostConfig });
const canary = 'canary-of-a-password';

describe('the configuration of a service', () => {
  it('is read from the environment, with defaults', () => {
    const config = readConfig(schema, {
      WAYBILL_NATS_URL: 'nats://127.0.0.1:4222',
      WAYBILL_DATABASE_URL: `postgres://a:${canary}@localhost/b`,
      WAYBILL_HEALTH_PORT: '9000',
      WAYBILL_LOG_LEVEL: '',
    });
    expect(config.WAYBILL_HEALTH_PORT).toBe(9000);
    expect(config.WAYBILL_LOG_LEVEL).toBe('info');
    expect(config.WAYBILL_DATABASE_URL.reveal()).toContain(canary);
  });

  it('names every problem at once, and repeats no value', () => {
    const { message } = caught(() => readConfig(schema, { WAYBILL_HEALTH_PORT: canary, WAYBILL_LOG_LEVEL: canary }));
    expect(message).toMatch(/WAYBILL_NATS_URL.*WAYBILL_DATABASE_URL.*WAYBILL_HEALTH_PORT/s);
    expect(message).toContain('WAYBILL_LOG_LEVEL');
    expect(message).not.toContain(canary);
  });

  it('prints secrets as *** wherever they are printed (W6)', () => {
    const secret = new Secret(canary);
    for (const text of [String(secret), JSON.stringify({ secret }), inspect({ deep: { secret } })]) {
      expect(text).not.toContain(canary);
      expect(text).toContain('***');
    }
  });

  it('is refused by half, naming what is missing and why, and no value', () => {
    const parts = { URL: z.string().optional(), USER: z.string().default(''), PASSWORD: z.string().optional() };
    const half = together(z.object(parts), { URL: ['USER'], PASSWORD: ['USER', 'URL'] });
    expect(caught(() => readConfig(half, { URL: canary })).message).toMatch(/USER: must be set.*since URL is set/);
    const { message } = caught(() => readConfig(half, { PASSWORD: canary, URL: '' }));
    expect(message).toMatch(/USER: .*since PASSWORD is set.*URL: .*since PASSWORD is set/);
    expect(message).not.toContain(canary);
    expect(readConfig(half, {})).toEqual({ USER: '' });
    expect(readConfig(half, { URL: 'a', USER: 'b' })).toEqual({ URL: 'a', USER: 'b' });
    expect(describeConfig(half).map(({ name }) => name)).toEqual(['URL', 'USER', 'PASSWORD']);
  });

  it('documents itself', () => {
    const variables = describeConfig(schema);
    expect(variables).toContainEqual(
      expect.objectContaining({ name: 'WAYBILL_DATABASE_URL', required: true, secret: true }),
    );
    expect(variables).toContainEqual(
      expect.objectContaining({ name: 'WAYBILL_NATS_PASSWORD', required: false, secret: true }),
    );
    expect(variables).toContainEqual(
      expect.objectContaining({ name: 'WAYBILL_HEALTH_PORT', default: '0', secret: false }),
    );
    const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];
    expect(variables).toContainEqual(expect.objectContaining({ name: 'WAYBILL_LOG_LEVEL', values: levels }));
    expect(variables.filter(({ values }) => values !== undefined)).toHaveLength(1);
    expect(variables.filter((variable) => variable.description === '')).toEqual([]);
  });
});

function caught(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('Nothing was thrown.');
}
