import { describe, expect, it } from 'vitest';
import { audiencesOf, singleAudience, verifyAudience } from './audience.js';

const accepted = ['npm:waybill.example', 'waybill.example'];

describe('the audience of a token', () => {
  it.each(['npm:waybill.example', ['waybill.example']])('%j is one of ours', (aud) => {
    expect(verifyAudience(aud, accepted)).toBe([aud].flat()[0]);
  });

  it.each([
    'waybill.example.evil.example',
    'npm:waybill.example:4873',
    'npm:',
    'NPM:waybill.example',
    'evil waybill.example',
    ['waybill.example/'],
  ])('%j is not, as it is compared in whole (T4)', (aud) => {
    expect(() => verifyAudience(aud, accepted)).toThrow(
      expect.objectContaining({
        code: 'oidc.audience-wrong',
        status: 401,
        message: 'The token is for another audience: ask your CI for one for npm:waybill.example.',
      }),
    );
  });

  it('is refused with another one besides (pitfall 11, T4)', () => {
    const error: unknown = expect.objectContaining({ code: 'oidc.audience-ambiguous' });
    expect(() => singleAudience(accepted)).toThrow(error);
    expect(() => singleAudience([...accepted.slice(0, 1), 7])).toThrow(error);
  });

  it.each([undefined, null, '', [], [''], 7, {}, [['waybill.example']]])('%j is none (T4)', (aud) => {
    expect(() => singleAudience(aud)).toThrow(expect.objectContaining({ code: 'oidc.claim-malformed', status: 400 }));
  });
});

describe('the audiences of an installation', () => {
  it.each([
    ['https://waybill.example', ['waybill.example', 'https://waybill.example']],
    ['https://waybill.example/', ['waybill.example', 'https://waybill.example']],
    ['http://10.0.0.1:8080', ['10.0.0.1:8080', 'http://10.0.0.1:8080']],
    ['https://host.example/packages/', ['host.example', 'https://host.example', 'https://host.example/packages']],
  ])('at %s are %j', (externalUrl, expected) => {
    expect(audiencesOf(externalUrl)).toEqual(expected);
  });
});
