import { describe, expect, it } from 'vitest';
import { readExample } from '../../test/read-example.js';
import { matchPublisher } from '../match-publisher.js';
import { fromGoogle } from '../shorthand/publisher-words.js';
import { googleCloud } from './google-cloud.js';

const email = 'publisher@acme-builds.iam.gserviceaccount.com';
const publisher = fromGoogle({ email });

function matches(changes: Record<string, unknown>, rule = publisher) {
  return matchPublisher(rule, readExample('google-cloud', changes));
}

describe('Google Cloud', () => {
  it('has one issuer (T3)', () => {
    expect(googleCloud.issuerOf('https://accounts.google.com')).toBe('https://accounts.google.com');
    expect(googleCloud.issuerOf('https://accounts.google.com.evil.example')).toBeUndefined();
  });

  it('says how the release came', () => {
    expect(googleCloud.releasePath(readExample('google-cloud'))).toEqual({
      provider: 'google-cloud',
      issuer: 'https://accounts.google.com',
      owner: 'acme-builds',
      actor: email,
      runId: '152986662232938449',
    });
  });

  it('pins the number of the account, so that one made anew does not match (pitfall 21, T8)', () => {
    expect(matches({})).toEqual({ matches: true, pins: { sub: '112010400000000710080' }, unpinned: [] });
    expect(matches({}, { ...publisher, pinned: { sub: '1' } })).toMatchObject({ matches: false, proven: false });
  });

  it('matches by the number that is known already', () => {
    expect(matches({}, fromGoogle({ email, sub: '112010400000000710080' })).matches).toBe(true);
    expect(matches({}, fromGoogle({ email, sub: '2' })).matches).toBe(false);
  });

  it.each([false, 'false', undefined])('refuses an address that is verified: %s', (email_verified) => {
    expect(matches({ email_verified }).matches).toBe(false);
  });

  it.each(['739419398126-compute@developer.gserviceaccount.com', 'acme@appspot.gserviceaccount.com'])(
    'refuses the default account %s (pitfall 21)',
    (other) => {
      expect(matches({ email: other }, fromGoogle({ email: other }))).toMatchObject({
        matches: false,
        reasons: [{ what: 'untrusted' }],
      });
    },
  );

  it('has no jti and types that are its own (T4)', () => {
    expect(googleCloud.replayKey).toBe('token-hash');
    expect(() => readExample('google-cloud', { email: ['a'] })).toThrow('email');
    expect(() => readExample('google-cloud', { sub: '' })).toThrow('sub');
  });
});
