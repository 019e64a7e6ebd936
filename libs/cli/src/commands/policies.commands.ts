import { path } from '../api/api-client.js';
import { given } from './arguments.js';
import type { ApiCommand } from './described-command.js';
import { jsonOf } from './json-option.js';
import { secondFactorOption } from './second-factor.js';

const level = { choices: ['refuse', 'hold', 'flag'] } as const;

const releaseRules = {
  downgrade: { ...level, describe: 'What becomes of one that came in a weaker way than the one before it' },
  discontinuity: { ...level, describe: 'Of one that came from elsewhere' },
  context: { ...level, describe: 'Of one whose job was not as the following say' },
  source: { ...level, describe: 'Of one that claims a source that it did not come from' },
  'trusted-publishing-only': {
    choices: ['after-first', 'always', 'never'],
    describe:
      'Whether other credentials than those of trusted publishers are refused, or a downgrade from the first one on',
  },
  environment: { type: 'string', array: true, describe: 'One of these environments is needed' },
  'protected-ref': { type: 'boolean', describe: 'The branch or tag has to be protected at the forge' },
  ref: { type: 'string', array: true, describe: 'One of these refs is needed: refs/tags/v*' },
  'hosted-runner': { type: 'boolean', describe: 'It has to come from a machine of the provider' },
  event: { type: 'string', array: true, describe: 'One of these events has to have started the job' },
  patterns: {
    type: 'string',
    describe: 'What is asked otherwise by name, as JSON: [{"ecosystem":"npm","kind":"scope","pattern":"@acme",…}]',
  },
} as const;

/** What a repository asks of the way that releases come. */
export const releasePolicyCommands: readonly ApiCommand[] = [
  {
    usage: 'view <repository>',
    aliases: ['show <repository>', 'get <repository>'],
    describe: 'What it asks of the way that releases come',
    request: (typed) => ({ method: 'GET', path: path`/repositories/${typed.text('repository')}/release-policy` }),
    shows: 'thing',
  },
  {
    usage: 'set <repository>',
    describe: 'Ask this, in place of all that it asked before; what is left out is as in a new repository',
    options: { ...releaseRules, ...secondFactorOption },
    provesPerson: true,
    request: (typed) => ({
      method: 'PUT',
      path: path`/repositories/${typed.text('repository')}/release-policy`,
      body: given({
        downgrade: typed.optional('downgrade'),
        discontinuity: typed.optional('discontinuity'),
        context: typed.optional('context'),
        source: typed.optional('source'),
        trustedPublishingOnly: typed.optional('trusted-publishing-only'),
        environments: typed.list('environment'),
        protectedRef: typed.flag('protected-ref'),
        refs: typed.list('ref'),
        hostedRunner: typed.flag('hosted-runner'),
        events: typed.list('event'),
        patterns: patternsOf(typed.optional('patterns')),
        code: typed.optional('code'),
      }),
    }),
    shows: 'thing',
  },
];

/** What a repository asks of releases that are staged. */
export const stagingPolicyCommands: readonly ApiCommand[] = [
  {
    usage: 'view <repository>',
    aliases: ['show <repository>', 'get <repository>'],
    describe: 'How many people have to approve what is staged, and whether it takes anything else',
    request: (typed) => ({ method: 'GET', path: path`/repositories/${typed.text('repository')}/staging-policy` }),
    shows: 'thing',
  },
  {
    usage: 'set <repository>',
    describe: 'Say both; it holds for what waits already, too',
    options: {
      approvals: { type: 'number', demandOption: true, describe: 'How many people have to approve it' },
      'staged-only': { type: 'boolean', demandOption: true, describe: 'Whether it takes nothing that nobody approves' },
      ...secondFactorOption,
    },
    provesPerson: true,
    request: (typed) => ({
      method: 'PUT',
      path: path`/repositories/${typed.text('repository')}/staging-policy`,
      body: given({
        approvals: typed.number('approvals'),
        stagedOnly: typed.flag('staged-only'),
        code: typed.optional('code'),
      }),
    }),
    shows: 'thing',
  },
];

function patternsOf(text: string | undefined): unknown {
  return text === undefined ? undefined : jsonOf(text);
}
