import { path } from '../api/api-client.js';
import { type Arguments, given } from './arguments.js';
import { columns } from './columns.js';
import type { ApiCommand } from './described-command.js';
import { jsonOf } from './json-option.js';

const on = {
  repository: { type: 'string', describe: 'The repository to publish to; alone: everything in it' },
  package: { type: 'string', describe: 'A package in it, which need not exist yet: pkg:npm/left-pad' },
  pattern: { type: 'string', describe: 'Packages that are called so: npm/@acme/*' },
} as const;

const whose = {
  github: { type: 'string', describe: 'A repository at GitHub: acme/left-pad (with --workflow)' },
  gitlab: { type: 'string', describe: 'A project at GitLab: acme/tools/left-pad' },
  forgejo: { type: 'string', describe: 'A repository at a Forgejo: acme/left-pad (with --workflow and --issuer)' },
  circleci: { type: 'string', describe: 'organization/project/pipeline-definition, as ids (with --origin)' },
  google: { type: 'string', describe: 'The address of a service account of Google Cloud' },
  rule: { type: 'string', describe: 'Of any other provider, as JSON: {"provider":…,"issuer":…,"conditions":[…]}' },
  issuer: { type: 'string', describe: 'The issuer, where it is not the public one: https://gitlab.acme.example' },
  workflow: { type: 'string', describe: 'File of the workflow that is started: release.yml' },
  file: { type: 'string', describe: 'Configuration file at GitLab, unless it is .gitlab-ci.yml' },
  origin: { type: 'string', describe: 'Where CircleCI builds from: github.com/acme/left-pad' },
} as const;

const narrower = {
  environment: { type: 'string', describe: 'Only jobs in this environment' },
  ref: { type: 'string', array: true, describe: 'Only from refs that look so: refs/tags/v*' },
  'protected-ref': { type: 'boolean', describe: 'Only from protected branches and tags' },
  event: { type: 'string', array: true, describe: 'Only started by this: push, release, …' },
  runner: { choices: ['hosted', 'self-hosted', 'any'], describe: 'Only on such machines' },
} as const;

export const publisherCommands: readonly ApiCommand[] = [
  {
    usage: 'list <org>',
    describe: 'Whose CI may publish what',
    options: { repository: { type: 'string' }, package: { type: 'string' }, issuer: { type: 'string' } },
    request: (typed) => ({
      method: 'GET',
      path: path`/orgs/${typed.text('org')}/trusted-publishers`,
      query: given({
        repository: typed.optional('repository'),
        package: typed.optional('package'),
        issuer: typed.optional('issuer'),
      }),
    }),
    shows: columns('id', 'provider', 'rule.conditions:whose', 'on', 'actions', 'lastUsedAt'),
  },
  {
    usage: 'view <org> <id>',
    describe: 'One of them, with what is pinned and what you should know',
    request: (typed) => ({
      method: 'GET',
      path: path`/orgs/${typed.text('org')}/trusted-publishers/${typed.text('id')}`,
    }),
    shows: 'thing',
  },
  {
    usage: 'add <org>',
    describe: 'Let a CI publish without a secret',
    options: {
      ...whose,
      ...on,
      ...narrower,
      action: { type: 'string', array: true, describe: 'publish (unless said), stage, yank, read, delete, restore' },
    },
    request: (typed) => ({
      method: 'POST',
      path: path`/orgs/${typed.text('org')}/trusted-publishers`,
      body: {
        ...rulesOf(typed),
        on: placeOf(typed),
        ...given({
          environment: typed.optional('environment'),
          refs: typed.list('ref'),
          requireProtectedRef: typed.flag('protected-ref'),
          events: typed.list('event'),
          runner: typed.optional('runner'),
          actions: typed.list('action'),
        }),
      },
    }),
    fields: {
      'body.on': '--repository, --package or --pattern',
      'body.actions': '--action',
      'body.refs': '--ref',
      'body.events': '--event',
      'body.requireProtectedRef': '--protected-ref',
    },
    shows: 'thing',
  },
  {
    usage: 'remove <org> <id>',
    describe: 'End one, and the tokens that were made for it',
    request: (typed) => ({
      method: 'DELETE',
      path: path`/orgs/${typed.text('org')}/trusted-publishers/${typed.text('id')}`,
    }),
    confirms: (typed) => `End the trusted publisher ${typed.text('id')}?`,
    shows: { said: 'It publishes no more.' },
  },
];

/** Whose tokens, in the words of each provider that was named; the installation says so where it is not one. */
function rulesOf(typed: Arguments): object {
  const [github, gitlab, forgejo, circleci, google, rule] = [
    ...(['github', 'gitlab', 'forgejo', 'circleci', 'google', 'rule'] as const),
  ].map((name) => typed.optional(name));
  const issuer = given({ issuer: typed.optional('issuer') });
  const workflow = typed.optional('workflow');
  return given({
    github: github === undefined ? undefined : { ...inTwo(github), ...given({ workflow }), ...issuer },
    gitlab:
      gitlab === undefined
        ? undefined
        : { projectPath: gitlab, ...given({ configurationFile: typed.optional('file') }), ...issuer },
    forgejo: forgejo === undefined ? undefined : { ...inTwo(forgejo), ...given({ workflow }), ...issuer },
    circleci: circleci === undefined ? undefined : { ...circleciOf(circleci, typed), ...issuer },
    google: google === undefined ? undefined : { email: google },
    rule: rule === undefined ? undefined : jsonOf(rule),
  });
}

function inTwo(name: string): object {
  const slash = name.indexOf('/');
  return { owner: name.slice(0, Math.max(slash, 0)), repository: name.slice(slash + 1) };
}

function circleciOf(ids: string, typed: Arguments): object {
  const [organizationId, projectId, pipelineDefinitionId] = ids.split('/');
  return given({ organizationId, projectId, pipelineDefinitionId, vcsOrigin: typed.optional('origin') });
}

function placeOf(typed: Arguments): object {
  const repository = typed.optional('repository');
  const pattern = typed.optional('pattern');
  if (pattern !== undefined) return given({ pattern, repository });
  return given({ repository, package: typed.optional('package') });
}
