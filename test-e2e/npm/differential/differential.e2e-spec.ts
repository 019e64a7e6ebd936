import { randomBytes } from 'node:crypto';
import type { RunningVerdaccio } from '@waybill/testing';
import { startVerdaccio } from '@waybill/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Registry, unique } from '../../registry.js';
import { auditSteps } from './audit-steps.js';
import { signInSteps, signOutSteps, tokenSteps } from './account-steps.js';
import { distTagSteps, documentChangeSteps } from './change-steps.js';
import { differencesOf } from './differences.js';
import { explanations } from './explanations.js';
import { unexplained, unused } from './explanation.js';
import { newPackageNames, placeholdersOf } from './package-names.js';
import { malformedPublishSteps, publishSteps } from './publish-steps.js';
import { packumentSteps, searchSteps, tarballSteps } from './read-steps.js';
import type { Session } from './session.js';
import { perform } from './session.js';
import { unpublishSteps } from './unpublish-steps.js';

const names = newPackageNames();
const steps = [
  ...signInSteps,
  ...publishSteps(names),
  ...malformedPublishSteps(names),
  ...packumentSteps(names),
  ...tarballSteps(names),
  ...searchSteps(names),
  ...distTagSteps(names),
  ...documentChangeSteps(names),
  ...auditSteps(names),
  ...tokenSteps,
  ...unpublishSteps(names),
  ...signOutSteps,
];

const found = new Map<string, readonly string[]>();
let verdaccio: RunningVerdaccio | undefined;

beforeAll(async () => {
  const user = unique('user');
  const password = randomBytes(12).toString('hex');
  const registry = new Registry();
  const slug = await registry.createRepository('public');
  await registry.apiJson('POST', '/users', { username: user, password });
  const other = (await registry.createStranger()).username;
  await registry.apiJson('POST', '/orgs/home/members', { username: user, role: 'admin' });
  verdaccio = await startVerdaccio();
  const verdaccioToken = await verdaccio.createUser(user, password);
  await verdaccio.createUser(other, password);
  const both = { user, password, other };
  const there: Session = {
    ...both,
    registryUrl: `${verdaccio.url}/`,
    managerToken: verdaccioToken,
    memory: new Map(),
  };
  const here: Session = {
    ...both,
    registryUrl: registry.registryUrl(slug),
    managerToken: registry.token,
    memory: new Map(),
  };
  const placeholders = placeholdersOf(names, user);
  for (const step of steps) {
    const [verdaccioSaid, waybillSaid] = [await perform(step, there), await perform(step, here)];
    found.set(step.name, differencesOf(verdaccioSaid, waybillSaid, placeholders));
  }
});

afterAll(async () => {
  await verdaccio?.stop();
});

it('has one name for each step', () => {
  expect(new Set(steps.map(({ name }) => name)).size).toBe(steps.length);
});

it.each(steps.map(({ name }) => name))('%s: Waybill answers as Verdaccio does, or it is said why not', (name) => {
  expect(unexplained(explanations, name, found.get(name) ?? ['not performed'])).toEqual([]);
});

it('explains nothing that is no difference any more', () => {
  expect(unused(explanations, found)).toEqual([]);
});
