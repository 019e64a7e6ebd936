import { path } from '../api/api-client.js';
import { given } from './arguments.js';
import { columns } from './columns.js';
import type { ApiCommand } from './described-command.js';
import { secondFactorOption } from './second-factor.js';
import { stagedText } from './staged-text.js';

export const stagedCommands: readonly ApiCommand[] = [
  {
    usage: 'list',
    describe: 'Releases that were staged, and that you may approve or have staged',
    options: {
      repository: { type: 'string', describe: 'Only in this repository' },
      package: { type: 'string', describe: 'Only of this package: pkg:npm/left-pad' },
    },
    request: (typed) => ({
      method: 'GET',
      path: '/staged-releases',
      query: given({ repository: typed.optional('repository'), package: typed.optional('package') }),
    }),
    shows: columns(
      'releaseId:id',
      'purl',
      'repository',
      'stagedBy:by',
      'stagedAt',
      'approvals.given',
      'approvals.needed',
    ),
  },
  {
    usage: 'view <id>',
    aliases: ['show <id>'],
    describe: 'One of them: how it came, its files, who has approved it',
    request: (typed) => ({ method: 'GET', path: path`/staged-releases/${typed.text('id')}` }),
    shows: { text: stagedText },
  },
  {
    usage: 'approve <id>',
    describe: 'Approve its very files; with the last approval that is needed it is checked and published',
    options: {
      reason: { type: 'string', describe: 'Why, for the audit log' },
      ...secondFactorOption,
    },
    provesPerson: true,
    request: (typed) => ({
      method: 'POST',
      path: path`/staged-releases/${typed.text('id')}/approve`,
      body: given({ reason: typed.optional('reason'), code: typed.optional('code') }),
    }),
    shows: { text: stagedText },
  },
  {
    usage: 'reject <id>',
    describe: 'Refuse it for good',
    options: {
      reason: { type: 'string', demandOption: true, describe: 'Why: for who staged it, and for the audit log' },
      ...secondFactorOption,
    },
    provesPerson: true,
    request: (typed) => ({
      method: 'POST',
      path: path`/staged-releases/${typed.text('id')}/reject`,
      body: given({ reason: typed.text('reason'), code: typed.optional('code') }),
    }),
    shows: { said: 'Rejected.' },
  },
];
