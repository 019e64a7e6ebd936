import type { Decision } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { services } from '../../src/services.js';
import { type DocumentedRoute, routesOfService } from '../references/controllers-of.js';
import type { Answer } from './api.js';
import { Api } from './api.js';
import type { Address, Fixture } from './fixture.js';
import { fixturesOf } from './fixtures.js';
import { type Ground, makeGround, makePeople, type Person } from './people.js';
import { isHarmless, requestOf } from './request-of-route.js';
import { makeThings, publishPackages } from './things.js';
import { type RunningInstallation, startInstallation } from './running-installation.js';

const routes = services.flatMap(routesOfService);
const guarded = routes.flatMap((route) =>
  route.declaration?.kind === 'requires' ? [{ route, declared: route.declaration }] : [],
);

let installation: RunningInstallation;
let api: Api;
let ground: Ground;
let people: readonly Person[];
let fixtures: Readonly<Record<string, readonly Fixture[]>>;

beforeAll(async () => {
  installation = await startInstallation();
  api = new Api(installation.url);
  ground = await makeGround(api, installation.admin.token);
  await publishPackages(api, ground, installation.admin.token);
  people = await makePeople(api, installation, ground);
  fixtures = fixturesOf(ground, await makeThings(api, ground, people, installation.admin.token));
});

afterAll(async () => {
  await installation.stop();
});

/** What the one decision means to whoever asked (docs/ARCHITECTURE.md). */
function statusOf(decision: Decision): number | 'allowed' {
  if (decision.allowed) return 'allowed';
  return { authenticate: 401, hidden: 404, known: 403 }[decision.because];
}

function fixturesFor({ path }: DocumentedRoute, resolver: string): Fixture[] {
  return (fixtures[resolver] ?? []).filter(({ only }) => only === undefined || only(path));
}

const refusals = [
  'You are not allowed to do this.',
  'your token lacks the permission',
  'What you asked for was not found.',
];

/** A refusal of the guard; what a handler refuses to whoever may is no refusal here. */
function outcomeOf({ status, text }: Answer): number | 'allowed' {
  if (status === 401) return status;
  return (status === 403 || status === 404) && refusals.some((words) => text.includes(words)) ? status : 'allowed';
}

function withoutRequestId({ status, text, headers }: Answer): string {
  return `${String(status)} ${text.replaceAll(/"requestId":"[^"]*"/g, '')} ${headers.get('cache-control') ?? ''}`;
}

it('has a fixture for every resolver that a route names', () => {
  const named = new Set(guarded.map(({ declared }) => declared.resolver.name));
  expect([...named].filter((name) => fixtures[name] === undefined)).toEqual([]);
});

describe.each(guarded)('$route.method $route.path', ({ route, declared }) => {
  it(`asks for ${declared.action} on what ${declared.resolver.name} finds, of everybody (A1, A2, A4)`, async () => {
    const asked = fixturesFor(route, declared.resolver.name).flatMap((fixture) =>
      people.map(async (person) => {
        const expected = statusOf(fixture.decide(person, declared.action));
        if (expected === 'allowed' && !isHarmless(route)) return [];
        const answer = await api.call({ ...requestOf(route, fixture.here), token: person.token });
        if (answer.status < 500 && outcomeOf(answer) === expected) return [];
        return [`${person.name} on ${fixture.what}: ${String(expected)} expected, ${answer.status} ${answer.text}`];
      }),
    );
    expect((await Promise.all(asked)).flat()).toEqual([]);
  });

  it('answers what may not be known of like what does not exist (A6)', async () => {
    const asked = fixturesFor(route, declared.resolver.name).flatMap(({ here, missing, decide }) =>
      people.map(async (person) => {
        const expected = statusOf(decide(person, declared.action));
        if (missing === undefined || (expected !== 404 && expected !== 401)) return [];
        const ask = async (address: Address) =>
          withoutRequestId(await api.call({ ...requestOf(route, address), token: person.token }));
        const answers = await Promise.all([here, missing].map(ask));
        return answers[0] === answers[1] ? [] : [`${person.name}: ${answers.join(' and ')}`];
      }),
    );
    expect((await Promise.all(asked)).flat()).toEqual([]);
  });
});

const unguarded = routes.filter(
  (route: DocumentedRoute) => route.declaration?.kind !== 'requires' && route.method === 'GET',
);

describe.each(unguarded)('$method $path', (route) => {
  it('tells nobody of what they may not know of (A6)', async () => {
    const strangers = people.filter(({ name }) => ['anonymous', 'outsider', 'wrong-organization'].includes(name));
    for (const { name, token } of strangers) {
      const answer = await api.call({ ...requestOf(route, { params: { repository: ground.open.slug } }), token });
      expect(answer.status, `${name}: ${answer.text}`).toBeLessThan(500);
      expect(answer.text).not.toContain(ground.secret.slug);
      expect(answer.text).not.toContain(ground.secret.id);
      expect(answer.text).not.toContain(ground.acme.name);
    }
  });
});
