import { path } from '../api/api-client.js';
import type { ApiCommand } from './api-command.js';
import { type Arguments, given } from './arguments.js';
import { columns } from './columns.js';

const reach = {
  action: { type: 'string', array: true, demandOption: true, describe: 'read, publish, metadata, yank, delete, …' },
  org: { type: 'string', describe: 'Only in this organization' },
  repository: { type: 'string', describe: 'Only in this repository' },
  package: { type: 'string', describe: 'Only this package of --repository: pkg:npm/left-pad' },
  days: { type: 'number', describe: 'Days until it expires' },
} as const;

export const tokenCommands: readonly ApiCommand[] = [
  {
    usage: 'list',
    describe: 'Tokens that work',
    request: () => ({ method: 'GET', path: '/tokens' }),
    shows: columns('id', 'prefix', 'kind', 'description', 'expiresAt', 'lastUsedAt'),
  },
  {
    usage: 'create <description>',
    describe: 'Make a token; its text is shown once',
    options: reach,
    request: (typed) => ({ method: 'POST', path: '/tokens', body: wishOf(typed) }),
    shows: 'thing',
  },
  {
    usage: 'attenuate <description>',
    describe: 'Make a narrower, shorter one from the token that you act with',
    options: { ...reach, minutes: { type: 'number', describe: 'Minutes until it expires' } },
    request: (typed) => {
      const minutes = typed.number('minutes');
      const ttlSeconds = minutes === undefined ? undefined : minutes * 60;
      return { method: 'POST', path: '/tokens/attenuate', body: { ...wishOf(typed), ...given({ ttlSeconds }) } };
    },
    shows: 'thing',
  },
  {
    usage: 'revoke <id>',
    describe: 'End a token and everything made from it',
    request: (typed) => ({ method: 'DELETE', path: path`/tokens/${typed.text('id')}` }),
    shows: { said: 'Revoked.' },
  },
  {
    usage: 'report <org>',
    describe: 'Tokens that reach into an organization',
    options: { 'unused-days': { type: 'number', describe: 'Only those not used for so long' } },
    request: (typed) => ({
      method: 'GET',
      path: path`/orgs/${typed.text('org')}/token-report`,
      query: { unusedDays: typed.number('unused-days') },
    }),
    shows: columns('id', 'prefix', 'kind', 'owner', 'expiresAt', 'lastUsedAt'),
  },
];

function wishOf(typed: Arguments): object {
  const days = typed.number('days');
  return {
    description: typed.text('description'),
    scopes: [{ actions: typed.list('action') ?? [], on: placeOf(typed) }],
    ...(days === undefined ? {} : { expiresAt: new Date(Date.now() + days * 86_400_000).toISOString() }),
  };
}

function placeOf(typed: Arguments): object {
  const [organization, repository, purl] = ['org', 'repository', 'package'].map((name) => typed.optional(name));
  if (purl !== undefined) return { kind: 'package', ...given({ repository, purl }) };
  if (repository !== undefined) return { kind: 'repository', repository };
  return organization === undefined ? { kind: 'everything' } : { kind: 'organization', organization };
}
