import { describe, expect, it } from 'vitest';
import type { AuthConfig } from '../config.js';
import type { VerifiedIdToken } from '../oidc-issuers/verified-id-token.js';
import { ExchangeThrottle } from './exchange.throttle.js';

const throttleOf = (perMinute: number, failures: number) =>
  new ExchangeThrottle({
    WAYBILL_OIDC_EXCHANGES_PER_MINUTE: perMinute,
    WAYBILL_OIDC_FAILURES_PER_MINUTE: failures,
  } as AuthConfig);
const verified = (url: string, repositoryId: string) =>
  ({ issuer: { url }, path: { repositoryId }, claims: { values: new Map() } }) as unknown as VerifiedIdToken;

describe('how often tokens are exchanged (W4)', () => {
  it('is bounded per address, and per project whatever its address', () => {
    const throttle = throttleOf(2, 0);
    throttle.take('10.0.0.1');
    throttle.take('10.0.0.1');
    expect(() => throttle.take('10.0.0.1')).toThrow('try again later');
    throttle.take('10.0.0.2');
    throttle.takeFor(verified('https://ci.example', '1'));
    throttle.takeFor(verified('https://ci.example', '1'));
    expect(() => throttle.takeFor(verified('https://ci.example', '1'))).toThrow('try again later');
  });

  it('of one project does not shut out others of its issuer, nor one address another', () => {
    const throttle = throttleOf(1, 1);
    throttle.takeFor(verified('https://ci.example', '1'));
    throttle.takeFor(verified('https://ci.example', '2'));
    throttle.takeFor(verified('https://other.example', '1'));
    throttle.failed('10.0.0.1');
    expect(() => throttle.take('10.0.0.1')).toThrow('try again later');
    throttle.take('10.0.0.2');
  });

  it('is bounded for the project whose verified tokens fail, not for the others behind its address', () => {
    const throttle = throttleOf(0, 1);
    throttle.failed('10.0.0.1', verified('https://ci.example', '1'));
    expect(() => throttle.take('10.0.0.1')).not.toThrow();
    expect(() => throttle.takeFor(verified('https://ci.example', '2'))).not.toThrow();
    expect(() => throttle.takeFor(verified('https://ci.example', '1'))).toThrow('try again later');
  });

  it('is not bounded where nobody wants that', () => {
    const throttle = throttleOf(0, 0);
    for (let time = 0; time < 5; time += 1) {
      throttle.failed('10.0.0.1');
      expect(() => throttle.take('10.0.0.1')).not.toThrow();
    }
  });
});
