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

const nothing: Predecessors = {
  newest: null,
  takenAway: null,
  approved: null,
  trusted: null,
  proven: null,
  samePublisher: null,
  sameBranch: null,
  waiting: null,
};

function compared(arriving: Parameters<typeof downgradeOf>[0], newest: Predecessors['newest']) {
  return downgradeOf(arriving, { ...nothing, newest }, rules);
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

  it.each([
    ['people approved one', 'approved', approved, origin({ trustedPublisher: publisherWith() })],
    ['a trusted publisher published', 'trusted', trusted, origin({ provenance })],
    ['one had provenance', 'proven', proven, origin()],
  ] as const)(
    'is one once %s, whatever came in between, unless the package says otherwise',
    (_, kind, before, arriving) => {
      const exception = stored({ version: '1.4.3' });
      const between = { ...nothing, [kind]: before, newest: exception };
      const found = downgradeOf(arriving, between, rules);
      expect(found).toMatchObject({ predecessor: before, finding: { code: 'path.downgrade' } });
      expect(downgradeOf(arriving, between, { ...rules, trustedPublishingOnly: 'never' })).toBeUndefined();
      const newest = { ...nothing, [kind]: before, newest: before };
      expect(downgradeOf(arriving, newest, { ...rules, trustedPublishingOnly: 'never' })?.predecessor).toBe(before);
    },
  );

  it('is one after what is on its way, of which nothing is told (A6), unless the package says otherwise', () => {
    const waiting = { ...nothing, newest: byToken, waiting: trusted };
    const found = downgradeOf(origin(), waiting, rules);
    expect(found).toMatchObject({ predecessor: trusted, finding: { code: 'path.downgrade', level: 'hold' } });
    expect(found?.finding.message).toBe(
      'A trusted publisher publishes this package now; 1.4.3 comes from a personal token of alice.',
    );
    expect(downgradeOf(origin({ trustedPublisher: publisherWith() }), waiting, rules)).toBeUndefined();
    expect(downgradeOf(origin(), waiting, { ...rules, trustedPublishingOnly: 'never' })).toBeUndefined();
    const byPeople = downgradeOf(
      origin({ trustedPublisher: publisherWith() }),
      { ...nothing, waiting: approved },
      rules,
    );
    expect(byPeople?.finding.message).toContain(
      'People approve the releases of this package now; 1.4.3 comes from acme/',
    );
  });

  it('is none the less one when the stronger one before it was taken away', () => {
    const left = { ...nothing, newest: byToken, takenAway: approved };
    expect(downgradeOf(origin(), left, rules)?.predecessor).toBe(approved);
    expect(downgradeOf(origin({ approvals: 'to-come' }), left, rules)).toBeUndefined();
    const weaker = { ...nothing, newest: proven, takenAway: byToken };
    expect(downgradeOf(origin(), weaker, rules)?.predecessor).toBe(proven);
  });

  it('is also one from the same trusted publisher that has no provenance any more', () => {
    const before = stored({ trustedPublisher: publisherWith(), provenance });
    const finding = compared(origin({ trustedPublisher: publisherWith() }), before)?.finding;
    expect(finding).toMatchObject({ rule: 'P1', code: 'path.provenance-missing' });
    expect(finding?.message).toContain('1.4.2 had verified provenance');
  });

  it('is one, too, where its publisher has had provenance before, and none where people are asked', () => {
    const newest = stored({ trustedPublisher: publisherWith() });
    const before = { ...nothing, newest, proven: stored({ version: '1.4.1', provenance }) };
    const late = origin({ trustedPublisher: publisherWith() });
    expect(downgradeOf(late, before, rules)).toMatchObject({
      predecessor: { version: '1.4.1' },
      finding: { code: 'path.provenance-missing' },
    });
    expect(downgradeOf(origin({ approvals: 'to-come' }), before, rules)).toBeUndefined();
    expect(downgradeOf(late, before, { ...rules, trustedPublishingOnly: 'never' })).toBeUndefined();
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
