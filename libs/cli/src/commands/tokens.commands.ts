import { z } from 'zod';
import { path } from '../api/api-client.js';
import type { ApiCommand } from './described-command.js';
import { given } from './arguments.js';
import { columns } from './columns.js';
import { reach, wishFields, wishOf } from './token-wish.js';

const ended = z.object({ expiresAt: z.string() });

export const tokenCommands: readonly ApiCommand[] = [
  {
    usage: 'list',
    describe: 'Your tokens that work',
    options: { all: { type: 'boolean', describe: 'With those that have expired' } },
    request: () => ({ method: 'GET', path: '/tokens' }),
    keeps: (row, typed) => typed.flag('all') === true || !isOver(row),
    shows: columns('id', 'prefix', 'kind', 'description', 'expiresAt', 'lastUsedAt'),
  },
  {
    usage: 'create <description>',
    describe: 'Make a token; its text is shown once',
    options: reach,
    request: (typed) => ({ method: 'POST', path: '/tokens', body: wishOf(typed) }),
    fields: wishFields,
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
    fields: wishFields,
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

function isOver(row: unknown): boolean {
  const known = ended.safeParse(row);
  return known.success && Date.parse(known.data.expiresAt) <= Date.now();
}
