import { randomUUID } from 'node:crypto';
import { dataSourceOptions, driftOf } from '@waybill/persistence';
import { testDatabase } from '@waybill/testing';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Staging1765502000201 } from './1765502000201-staging.migration.js';
import { database } from './database.js';

let dataSource: DataSource;
let drop: () => Promise<void>;
let before: Awaited<ReturnType<typeof rows>>;

interface OldRelease {
  readonly version: string;
  readonly state: string;
  readonly approvals?: readonly unknown[];
  readonly reasons?: readonly unknown[];
}

const approvedAt = '2026-01-05T00:00:00.000Z';
const stagedAt = '2026-01-01T00:00:00.000Z';
const firstApprovalAt = '2026-01-03T00:00:00.000Z';
const approvals = [{ username: 'ada', userId: randomUUID(), at: firstApprovalAt }];
const olds: readonly OldRelease[] = [
  { version: 'direct', state: 'published' },
  { version: 'waits', state: 'staged' },
  { version: 'approved', state: 'published', approvals },
  { version: 'approved-long-ago', state: 'yanked', approvals },
  { version: 'approved-and-found-bad', state: 'rejected', approvals, reasons: [{ code: 'secret.npm-token' }] },
  { version: 'said-no', state: 'rejected', reasons: [{ code: 'staged.rejected' }, { code: 'path.downgrade' }] },
  { version: 'too-late', state: 'rejected', reasons: [{ code: 'staged.expired' }] },
  { version: 'never-staged', state: 'rejected', reasons: [{ code: 'review.rejected' }, { code: 'staged.expired' }] },
];

beforeAll(async () => {
  const created = await testDatabase({ schema: database.schema });
  drop = () => created.drop();
  dataSource = await new DataSource(dataSourceOptions(database, created.url)).initialize();
  await dataSource.runMigrations();
  await migrate('down');
  const [repositoryId, packageId] = [randomUUID(), randomUUID()];
  await dataSource.query(
    `INSERT INTO repositories (repository_id, slug, organization_id, visibility, kind, description, archived, created_at, aggregate_version)
     VALUES ($1, 'main', $2, 'public', 'hosted', '', false, now(), 1)`,
    [repositoryId, randomUUID()],
  );
  await dataSource.query(
    `INSERT INTO packages (package_id, repository_id, purl, name_key, aggregate_version, visible_version)
     VALUES ($1, $2, 'pkg:npm/left-pad', 'pkg:npm/left-pad', 1, 1)`,
    [packageId, repositoryId],
  );
  for (const [index, old] of olds.entries()) await insert(packageId, index, old);
  before = await rows();
  await migrate('up');
});

afterAll(async () => {
  await dataSource.destroy();
  await drop();
});

async function migrate(direction: 'up' | 'down'): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    const migration = new Staging1765502000201();
    await (direction === 'up' ? migration.up(runner) : migration.down(runner));
  } finally {
    await runner.release();
  }
}

async function insert(
  packageId: string,
  index: number,
  { version, state, approvals: by = [], reasons = [] }: OldRelease,
) {
  const releaseId = randomUUID();
  await dataSource.query(
    `INSERT INTO releases (release_id, package_id, purl, version, state, replaced, fingerprint, metadata, tags, published_by,
            published_by_username, request_id, approvals, reasons, submitted_at, summary)
     VALUES ($1, $2, 'pkg:npm/left-pad@' || $3, $3, $4, false, 'files', '{}', '[]', 'user:x', 'x', 'test', $5, $6, $7, '{}')`,
    [releaseId, packageId, version, state, JSON.stringify(by), JSON.stringify(reasons), approvedAt],
  );
  if (version !== 'approved') return;
  const envelope = { data: { releaseId, submittedAt: stagedAt } };
  await dataSource.query(
    `INSERT INTO outbox (position, event_id, type, aggregate, envelope, xact) VALUES ($1, $2, 'publish.release.staged.v1', 'x', $3, 1)`,
    [index + 1, randomUUID(), JSON.stringify(envelope)],
  );
}

function rows(): Promise<Record<string, unknown>[]> {
  return dataSource.query('SELECT * FROM releases ORDER BY version');
}

async function migrated(version: string): Promise<unknown[]> {
  const [row] = await dataSource.query<{ staging: unknown; approved_at: Date | null; submitted_at: Date }[]>(
    'SELECT staging, approved_at, submitted_at FROM releases WHERE version = $1',
    [version],
  );
  return [row?.staging, row?.approved_at?.toISOString() ?? null, row?.submitted_at.toISOString()];
}

describe('releases of before, in columns of their own', () => {
  it.each([
    ['direct', null, null, approvedAt],
    ['waits', 'waiting', null, approvedAt],
    ['approved', 'approved', approvedAt, stagedAt],
    ['approved-long-ago', 'approved', approvedAt, firstApprovalAt],
    ['approved-and-found-bad', 'approved', approvedAt, firstApprovalAt],
    ['said-no', 'rejected', null, approvedAt],
    ['too-late', 'expired', null, approvedAt],
    ['never-staged', null, null, approvedAt],
  ])('%s: staging is %s', async (version, ...columns) => {
    expect(await migrated(version)).toEqual(columns);
  });

  it('are what they were when it is undone, and what entities say when it is done again', async () => {
    await migrate('down');
    expect(await rows()).toEqual(before);
    await migrate('up');
    expect(await driftOf(dataSource)).toEqual([]);
  });
});
