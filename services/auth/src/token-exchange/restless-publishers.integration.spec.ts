import type { PublisherId } from '@waybill/domain';
import type { RunningCiIssuer } from '@waybill/testing';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Place } from '../../test/exchange-ground.js';
import { ExchangeGround } from '../../test/exchange-ground.js';
import { SharedProject } from '../../test/shared-project.js';
import { TrustedPublishers } from '../trusted-publishers/trusted-publishers.js';

let ground: ExchangeGround;
let github: RunningCiIssuer;
let ours: Place;
let theirs: Place;
let projects = 0;

beforeAll(async () => {
  ground = await ExchangeGround.start();
  github = await ground.issuer('github-actions');
  const rival = await ground.organization('rival');
  ours = await ground.repository('ours');
  theirs = await ground.repository('theirs', rival);
});

afterEach(() => {
  vi.restoreAllMocks();
});

afterAll(() => ground.stop());

/** A project that its own organization trusts, and a stranger's. */
async function shared() {
  projects += 1;
  const project = new SharedProject(ground, github, `restless-${projects}`);
  const stranger = await project.trustedIn(theirs);
  return { project, stranger, victim: await project.trustedIn(ours) };
}

/** What happens each time after publishers were found and before they are locked. */
function afterFinding(work: (attempt: number) => Promise<unknown>): void {
  const publishers = ground.auth.get(TrustedPublishers, { strict: false });
  const candidates = publishers.candidates.bind(publishers);
  let attempt = 0;
  vi.spyOn(publishers, 'candidates').mockImplementation(async (...parameters) => {
    const found = await candidates(...parameters);
    attempt += 1;
    await work(attempt);
    return found;
  });
}

async function change(publisherId: PublisherId): Promise<void> {
  await ground.auth.query('UPDATE trusted_publishers SET version = version + 1 WHERE publisher_id = $1', [publisherId]);
}

describe('a stranger’s publisher of the same project', () => {
  it('that changes all the time is left out, and keeps nobody from exchanging', async () => {
    const { project, stranger, victim } = await shared();
    afterFinding(() => change(stranger));
    const token = await project.exchange();
    expect(await project.placesOf(token)).toEqual({ [ours.repositoryId]: victim });
  });

  it('that has changed and is locked since then is not waited for', async () => {
    const { project, stranger, victim } = await shared();
    const runner = ground.auth.get(DataSource, { strict: false }).createQueryRunner();
    afterFinding(async (attempt) => {
      if (attempt === 1) return change(stranger);
      await runner.startTransaction();
      await runner.query('SELECT FROM trusted_publishers WHERE publisher_id = $1 FOR UPDATE', [stranger]);
    });
    try {
      const token = await project.exchange();
      expect(await project.placesOf(token)).toEqual({ [ours.repositoryId]: victim });
    } finally {
      await runner.rollbackTransaction();
      await runner.release();
    }
  });

  it('that changed once is in the token as any other', async () => {
    const { project, stranger, victim } = await shared();
    afterFinding(async (attempt) => {
      if (attempt === 1) await change(stranger);
    });
    const token = await project.exchange();
    expect(await project.placesOf(token)).toEqual({ [ours.repositoryId]: victim, [theirs.repositoryId]: stranger });
  });

  it('does not shut out what was published from the project, however often that changes', async () => {
    const { project, victim } = await shared();
    await project.published(ours, await project.exchange());
    await expect.poll(async () => (await project.row(victim))?.['first_published_at']).not.toBeNull();
    afterFinding(async (attempt) => {
      if (attempt < 4) await change(victim);
    });
    expect(await project.placesOf(await project.exchange())).toEqual({ [ours.repositoryId]: victim });
  });
});
