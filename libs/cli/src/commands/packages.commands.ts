import { path } from '../api/api-client.js';
import type { ApiCommand } from './described-command.js';
import { given } from './arguments.js';
import { columns } from './columns.js';
import { secondFactorOption } from './second-factor.js';

const where = { repository: { type: 'string', demandOption: true, describe: 'The repository that it is in' } } as const;

export const packageCommands: readonly ApiCommand[] = [
  {
    usage: 'list',
    describe: 'Packages that you may see',
    options: {
      org: { type: 'string' },
      repository: { type: 'string' },
      ecosystem: { type: 'string' },
      search: { type: 'string', describe: 'Part of a name' },
    },
    request: (typed) => ({
      method: 'GET',
      path: '/packages',
      query: given({
        org: typed.optional('org'),
        repository: typed.optional('repository'),
        ecosystem: typed.optional('ecosystem'),
        q: typed.optional('search'),
      }),
    }),
    shows: columns('purl', 'repository', 'latestVersion:latest', 'visibility', 'archived'),
  },
  {
    usage: 'view <purl>',
    describe: 'One package: pkg:npm/%40acme/left-pad',
    options: where,
    request: (typed) => ({
      method: 'GET',
      path: path`/packages/${typed.text('purl')}`,
      query: { repository: typed.text('repository') },
    }),
    shows: 'thing',
  },
  {
    usage: 'releases <purl>',
    describe: 'Its releases',
    options: where,
    request: (typed) => ({
      method: 'GET',
      path: path`/packages/${typed.text('purl')}/releases`,
      query: { repository: typed.text('repository') },
    }),
    shows: columns('version', 'state', 'publishedBy:by', 'submittedAt'),
  },
  {
    usage: 'set <purl>',
    describe: 'Change who sees it, who publishes to it, or whether it is archived',
    options: {
      ...where,
      visibility: { choices: ['public', 'internal', 'private', 'unlisted'] },
      archived: { type: 'boolean' },
      'trusted-publishing-only': {
        choices: ['after-first', 'always', 'never', 'inherit'],
        describe: 'Instead of what its repository asks, unless that is always',
      },
      ...secondFactorOption,
    },
    provesPerson: true,
    request: (typed) => ({
      method: 'PATCH',
      path: path`/packages/${typed.text('purl')}`,
      query: { repository: typed.text('repository') },
      body: given({
        visibility: typed.optional('visibility'),
        archived: typed.flag('archived'),
        trustedPublishingOnly: modeOf(typed.optional('trusted-publishing-only')),
        code: typed.optional('code'),
      }),
    }),
    shows: 'thing',
  },
  {
    usage: 'transfer <purl> <to>',
    describe: 'Move it to another repository',
    options: where,
    request: (typed) => ({
      method: 'POST',
      path: path`/packages/${typed.text('purl')}/transfer`,
      query: { repository: typed.text('repository') },
      body: { repository: typed.text('to') },
    }),
    confirms: (typed) => `Move ${typed.text('purl')} to ${typed.text('to')}? Everything given on it ends.`,
    shows: 'thing',
  },
  {
    usage: 'offer <purl> <org>',
    describe: 'Offer it to another organization, which has to accept',
    options: where,
    request: (typed) => ({
      method: 'POST',
      path: path`/packages/${typed.text('purl')}/offer`,
      query: { repository: typed.text('repository') },
      body: { to: typed.text('org') },
    }),
    confirms: (typed) => `Offer ${typed.text('purl')} to ${typed.text('org')}? Everything given on it ends with it.`,
    shows: 'thing',
  },
  {
    usage: 'delete <purl>',
    describe: 'Delete it; for 30 days it can be restored, without what was given on it',
    options: where,
    request: (typed) => ({
      method: 'DELETE',
      path: path`/packages/${typed.text('purl')}`,
      query: { repository: typed.text('repository') },
      body: { confirm: nameOf(typed.text('purl')) },
    }),
    confirms: (typed) => `Delete ${typed.text('purl')} with all its releases? What was given on it ends for good.`,
    shows: { said: 'Deleted. It can be restored for 30 days, without the grants on it.' },
  },
  {
    usage: 'restore <purl>',
    describe: 'Bring it back with the same bytes; grants on it do not come back',
    options: where,
    request: (typed) => ({
      method: 'POST',
      path: path`/packages/${typed.text('purl')}/restore`,
      query: { repository: typed.text('repository') },
    }),
    shows: 'thing',
  },
];

function modeOf(typed: string | undefined): string | null | undefined {
  return typed === 'inherit' ? null : typed;
}

/** The name that people know it by: `@acme/left-pad` of `pkg:npm/%40acme/left-pad`. */
function nameOf(purl: string): string {
  const encoded = purl.replace(/^pkg:[^/]+\//, '');
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
