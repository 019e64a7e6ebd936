import { path } from '../api/api-client.js';
import { given } from './arguments.js';
import type { ApiCommand } from './described-command.js';
import { columns } from './columns.js';
import { heldText } from './held-text.js';
import { secondFactorOption } from './second-factor.js';

const reason = {
  type: 'string',
  demandOption: true,
  describe: 'Why: for its publisher, and for the audit log',
} as const;

export const heldCommands: readonly ApiCommand[] = [
  {
    usage: 'list',
    describe: 'Releases that wait and that you may review',
    request: () => ({ method: 'GET', path: '/held-releases' }),
    shows: columns('releaseId:id', 'purl', 'state', 'publishedBy:by', 'submittedAt'),
  },
  {
    usage: 'view <id>',
    aliases: ['show <id>'],
    describe: 'One of them, with its reasons and its files',
    request: (typed) => ({ method: 'GET', path: path`/held-releases/${typed.text('id')}` }),
    shows: { text: heldText },
  },
  {
    usage: 'approve <id>',
    describe: 'Publish it',
    options: { reason, ...secondFactorOption },
    provesPerson: true,
    request: (typed) => ({
      method: 'POST',
      path: path`/held-releases/${typed.text('id')}/approve`,
      body: given({ reason: typed.text('reason'), code: typed.optional('code') }),
    }),
    shows: { said: 'Approved.' },
  },
  {
    usage: 'reject <id>',
    describe: 'Refuse it for good',
    options: { reason, ...secondFactorOption },
    provesPerson: true,
    request: (typed) => ({
      method: 'POST',
      path: path`/held-releases/${typed.text('id')}/reject`,
      body: given({ reason: typed.text('reason'), code: typed.optional('code') }),
    }),
    shows: { said: 'Rejected.' },
  },
  {
    usage: 'rescan <id>',
    describe: 'Have it scanned again',
    request: (typed) => ({ method: 'POST', path: path`/held-releases/${typed.text('id')}/rescan` }),
    shows: { said: 'It is scanned again.' },
  },
];
