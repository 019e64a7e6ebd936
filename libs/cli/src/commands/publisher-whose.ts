import { CliError } from '../cli-error.js';
import { exitCodes } from '../exit-code.js';
import { type Arguments, given } from './arguments.js';
import { jsonOf } from './json-option.js';

/** Options that say whose tokens a publisher trusts. */
export const whose = {
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

const providers = ['github', 'gitlab', 'forgejo', 'circleci', 'google', 'rule'] as const;

/** Where the repositories are that may be typed by their address. */
const hosts: Readonly<Record<string, string>> = { github: 'github.com', gitlab: 'gitlab.com' };

/** Throws `usage` unless one provider is named, with the workflow where its tokens name one. */
export function checkWhose(typed: Arguments): void {
  const named = providers.filter((name) => typed.optional(name) !== undefined);
  const [first, ...more] = named;
  if (first === undefined || more.length > 0) {
    const flags = providers
      .map((name) => `--${name}`)
      .join(', ')
      .replace(/, (?=[^,]*$)/, ' and ');
    throw new CliError(`Say whose tokens in exactly one of ${flags}.`, exitCodes.usage);
  }
  const hasWorkflow = first === 'github' || first === 'forgejo';
  if (hasWorkflow && typed.optional('workflow') === undefined) {
    throw new CliError(`--${first} needs --workflow, the file of the workflow: release.yml`, exitCodes.usage);
  }
  if (first === 'forgejo' && typed.optional('issuer') === undefined) {
    throw new CliError('--forgejo needs --issuer, the address of its tokens’ issuer.', exitCodes.usage);
  }
}

/** Whose tokens, in the words of each provider that was named; the installation says so where it is not one. */
export function rulesOf(typed: Arguments): object {
  const [github, gitlab, forgejo, circleci, google, rule] = providers.map((name) => projectOf(typed, name));
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

/** What was typed for a provider; of the address of a repository, only the repository. Throws `usage` for that of another host. */
function projectOf(typed: Arguments, name: (typeof providers)[number]): string | undefined {
  const text = typed.optional(name);
  const address = text?.startsWith('https://') === true ? URL.parse(text) : null;
  if (address === null) return text;
  if (address.host === hosts[name]) {
    return address.pathname.replace(/^\/|\/$/g, '').replace(/\.git$/, '');
  }
  throw new CliError(`Say it without its host, as acme/left-pad: --${name}`, exitCodes.usage);
}

function inTwo(name: string): object {
  const slash = name.indexOf('/');
  return { owner: name.slice(0, Math.max(slash, 0)), repository: name.slice(slash + 1) };
}

function circleciOf(ids: string, typed: Arguments): object {
  const [organizationId, projectId, pipelineDefinitionId] = ids.split('/');
  return given({ organizationId, projectId, pipelineDefinitionId, vcsOrigin: typed.optional('origin') });
}
