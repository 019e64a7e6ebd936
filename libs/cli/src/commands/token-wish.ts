import { type Arguments, given } from './arguments.js';

/** Options of every command that makes a token. */
export const reach = {
  action: { type: 'string', array: true, demandOption: true, describe: 'read, publish, metadata, yank, delete, …' },
  org: { type: 'string', describe: 'Only in this organization' },
  repository: { type: 'string', describe: 'Only in this repository' },
  package: { type: 'string', describe: 'Only this package of --repository: pkg:npm/left-pad' },
  days: { type: 'number', describe: 'Days until it expires' },
} as const;

/** How to say what is wrong with a field of such a body. */
export const wishFields = {
  'body.expiresAt': '--days',
  'body.ttlSeconds': '--minutes',
  'body.scopes': '--action, --org, --repository or --package',
} as const;

/** The body of a request that makes a token. `org` is where a command has the organization among its words. */
export function wishOf(typed: Arguments): object {
  return {
    description: typed.text('description'),
    scopes: [{ actions: typed.list('action') ?? [], on: placeOf(typed) }],
    ...expiryOf(typed),
  };
}

/** `expiresAt` of `--days`, or nothing. */
export function expiryOf(typed: Arguments): object {
  const days = typed.number('days');
  return days === undefined ? {} : { expiresAt: new Date(Date.now() + days * 86_400_000).toISOString() };
}

function placeOf(typed: Arguments): object {
  const [organization, repository, purl] = ['org', 'repository', 'package'].map((name) => typed.optional(name));
  if (purl !== undefined) return { kind: 'package', ...given({ repository, purl }) };
  if (repository !== undefined) return { kind: 'repository', repository };
  return organization === undefined ? { kind: 'everything' } : { kind: 'organization', organization };
}
