import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { makeSecret, signatureHeaders } from './signature.rules.js';

const signed = { id: '6b0e6fd8-5ac3-4d1e-8a07-5d3b2b2d9d01', at: new Date(), body: '{"a":"ä"}' };

describe('the signature of a delivery', () => {
  it('verifies by the library of Standard Webhooks under every secret that is valid while one is rotated', () => {
    const [before, after, other] = [makeSecret(), makeSecret(), makeSecret()];
    const headers = signatureHeaders(signed, [after.key, before.key]);
    for (const { text } of [before, after]) {
      expect(new Webhook(text).verify(signed.body, headers)).toEqual({ a: 'ä' });
    }
    expect(() => new Webhook(other.text).verify(signed.body, headers)).toThrow(/No matching signature/);
  });

  it('does not verify for another body, another id or another time', () => {
    const { key, text } = makeSecret();
    const headers = signatureHeaders(signed, [key]);
    const webhook = new Webhook(text);
    expect(() => webhook.verify('{"a":"b"}', headers)).toThrow();
    expect(() => webhook.verify(signed.body, { ...headers, 'webhook-id': 'other' })).toThrow();
    const old = signatureHeaders({ ...signed, at: new Date(Date.now() - 3_600_000) }, [key]);
    expect(() => webhook.verify(signed.body, old)).toThrow(/too old/);
  });
});
