import { readConfig } from '@waybill/config';
import { describe, expect, it } from 'vitest';
import { config } from './config.js';
import { services } from './services.js';
import { addressWarning, ignoredSettings } from './settings-warnings.js';

const filledIn = new Set(['WAYBILL_NATS_URL', 'WAYBILL_STORE_DRIVER', 'WAYBILL_HOST', 'WAYBILL_NPM_KEY_SECRET']);
const ignored = (environment: Record<string, string>) => ignoredSettings(environment, services, filledIn);

describe('settings that do nothing', () => {
  it('are named: misspelt ones, and those that npm start sets itself', () => {
    const environment = { WAYBILL_TYPO: '1', WAYBILL_STORE_DRIVER: 's3', WAYBILL_S3_BUCKET: 'b', PATH: '/bin' };
    expect(ignored(environment)).toEqual([
      'WAYBILL_S3_BUCKET is ignored: npm start keeps its own store.',
      'WAYBILL_STORE_DRIVER is ignored: npm start sets it itself.',
      'WAYBILL_TYPO is ignored: npm start knows no such setting (docs/env.md has them all).',
    ]);
  });

  it('are none of those that a service reads or npm start itself, and none that is empty', () => {
    expect(ignored({ WAYBILL_SELF_APPROVAL: 'allow', WAYBILL_HOST: '0.0.0.0', WAYBILL_DATA_DIR: 'x' })).toEqual([]);
    expect(ignored({ WAYBILL_TYPO: '', WAYBILL_STORE_DRIVER: '' })).toEqual([]);
  });

  it('are named without their values, which may be secrets (W6)', () => {
    expect(ignored({ WAYBILL_PASWORD: 'canary', WAYBILL_NPM_KEY_SECRET: 'canary' }).join()).not.toContain('canary');
  });
});

describe('an installation for others', () => {
  const warning = (environment: Record<string, string>) =>
    addressWarning(readConfig(config, environment), 'http://127.0.0.1:8080');

  it('that does not know its address is warned of', () => {
    for (const host of ['0.0.0.0', '::']) {
      expect(warning({ WAYBILL_HOST: host })).toMatch(/are sent to http:\/\/127.0.0.1:8080, .* this machine only/);
    }
    expect(warning({ WAYBILL_HOST: '192.168.1.7' })).toContain(
      'Set WAYBILL_EXTERNAL_URL to the address that they use.',
    );
  });

  it('is not warned of when it knows it, nor is one for this machine', () => {
    expect(warning({ WAYBILL_HOST: '0.0.0.0', WAYBILL_EXTERNAL_URL: 'https://packages.example' })).toBeUndefined();
    for (const host of ['127.0.0.1', '127.0.0.2', '::1', 'localhost']) {
      expect(warning({ WAYBILL_HOST: host })).toBeUndefined();
    }
    expect(warning({})).toBeUndefined();
  });
});
