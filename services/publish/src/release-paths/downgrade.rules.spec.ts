import { describe, expect, it } from 'vitest';
import { origin, provenance, publisherWith, stored } from '../../test/release-origins.js';
import { downgradeOf } from './downgrade.rules.js';
import type { Predecessors } from './release-origin.js';
import { rankOf } from './release-origin.js';

const rules = { downgrade: 'hold', trustedPublishingOnly: 'after-first' } as const;
const byToken = stored();
const proven = stored({ provenance });
const trusted = stored({ trustedPublisher: publisherWith() });
const approved = stored({ approvals: 2 });

function compared(arriving: Parameters<typeof downgradeOf>[0], newest: Predecessors['newest']) {
  const ofPublisher = newest === null || newest.trustedPublisher === null ? null : newest;
  return downgradeOf(arriving, { newest, takenAway: null, trusted: ofPublisher }, rules);
}

describe('how a release came is worth (P1)', () => {
  it('more if people approved it than from a trusted publisher, than with provenance, than with a token', () => {
    expect([byToken, proven, trusted, approved].map(rankOf)).toEqual([0, 1, 2, 3]);
    expect(rankOf(origin({ approvals: 'to-come' }))).toBe(3);
  });
});

describe('a downgrade (P1)', () => {
  it('is a release that came in a weaker way than the one before it, in words that people understand', () => {
    expect(compared(origin(), trusted)).toEqual({
      predecessor: trusted,
      finding: {
        rule: 'P1',
        code: 'path.downgrade',
        level: 'hold',
        message:
          '1.4.2 came from acme/left-pad release.yml on tag v1.4.2 in environment release through GitHub Actions; ' +
          '1.4.3 comes from a personal token of alice.',
      },
    });
    expect(compared(origin({ credential: 'user' }), trusted)?.finding.message).toContain('from alice at a browser');
    expect(compared(origin({ trustedPublisher: publisherWith() }), approved)?.finding.message).toContain(
      '1.4.2 came from a personal token of alice, approved by 2 people; 1.4.3 comes from acme/left-pad',
    );
  });

  it.each([
    ['after a token, with a token', origin(), byToken],
    ['after a token, from a trusted publisher', origin({ trustedPublisher: publisherWith() }), byToken],
    ['after a trusted publisher, to be approved', origin({ approvals: 'to-come' }), trusted],
    ['as the first one', origin(), null],
  ])('is none %s', (_case, arriving, newest) => {
    expect(compared(arriving, newest)).toBeUndefined();
  });

  it.each([
    ['after provenance, without', origin(), proven],
    ['after a trusted publisher, with provenance of a token', origin({ provenance }), trusted],
    ['after approval, from a trusted publisher', origin({ trustedPublisher: publisherWith() }), approved],
  ])('is one %s', (_case, arriving, newest) => {
    expect(compared(arriving, newest)?.finding.code).toBe('path.downgrade');
  });

  it('is one after a trusted publisher whatever came in between, unless the package says otherwise', () => {
    const between = { newest: byToken, takenAway: null, trusted };
    expect(downgradeOf(origin(), between, rules)?.predecessor).toBe(trusted);
    expect(downgradeOf(origin(), between, { ...rules, trustedPublishingOnly: 'never' })).toBeUndefined();
    const newest = { newest: trusted, takenAway: null, trusted };
    expect(downgradeOf(origin(), newest, { ...rules, trustedPublishingOnly: 'never' })?.predecessor).toBe(trusted);
  });

  it('is none the less one when the stronger one before it was taken away', () => {
    const left = { newest: byToken, takenAway: approved, trusted: null };
    expect(downgradeOf(origin(), left, rules)?.predecessor).toBe(approved);
    expect(downgradeOf(origin({ approvals: 'to-come' }), left, rules)).toBeUndefined();
    const weaker = { newest: proven, takenAway: byToken, trusted: null };
    expect(downgradeOf(origin(), weaker, rules)?.predecessor).toBe(proven);
  });

  it('is also one from the same trusted publisher that has no provenance any more', () => {
    const before = stored({ trustedPublisher: publisherWith(), provenance });
    const finding = compared(origin({ trustedPublisher: publisherWith() }), before)?.finding;
    expect(finding).toMatchObject({ rule: 'P1', code: 'path.provenance-missing' });
    expect(finding?.message).toContain('1.4.2 had verified provenance');
  });

  it('is told in a message that fits, and that nothing in a claim rearranges', () => {
    const evil = `\u202e\u0000\n${'😀'.repeat(1000)}`;
    const path = { repository: evil, workflow: evil, ref: `refs/heads/${evil}`, environment: evil };
    const before = stored({ version: evil, trustedPublisher: publisherWith(path) });
    const message = compared(origin({ username: evil, version: evil }), before)?.finding.message ?? '';
    expect(message.length).toBeLessThanOrEqual(2000);
    expect(message).not.toMatch(/[\u202e\0\n]/u);
    expect(message.isWellFormed()).toBe(true);
  });
});
