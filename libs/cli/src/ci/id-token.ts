import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { CliError } from '../cli-error.js';
import { exitCodes } from '../exit-code.js';

/** The variables of the job that the command runs in. */
export type JobVariables = Readonly<Record<string, string | undefined>>;

/** As long as what an installation takes. */
const maxTokenBytes = 16_384;
const timeoutMs = 30_000;
const run = promisify(execFile);

const issued = z.object({ value: z.string().min(1).max(maxTokenBytes) });

/** One way in which jobs get a token; undefined where this is no such job. */
type Source = (audience: string, job: JobVariables) => Promise<string | undefined>;

/** In this order: what somebody set on purpose comes first. */
const sources: readonly Source[] = [fromVariable, fromActions, fromGitlab, fromBuildkite, fromCircleci, fromBitbucket];

/**
 * The OIDC token of this job for an audience: from a file, from WAYBILL_ID_TOKEN, or as the CI gives it out. Throws `CliError`
 * `usage` where there is none, with what the job lacks.
 */
export async function idTokenOfJob(audience: string, job: JobVariables, file: string | undefined): Promise<string> {
  if (file !== undefined) return fromFile(file);
  for (const source of sources) {
    const token = await source(audience, job);
    if (token !== undefined) return token.trim();
  }
  throw noToken('This job has no token of its own that says who it is.', [
    `Have your CI make an OIDC token for the audience ${audience}, and give it as WAYBILL_ID_TOKEN or --id-token-file.`,
  ]);
}

async function fromFile(file: string): Promise<string> {
  try {
    if ((await stat(file)).size > maxTokenBytes) throw noToken(`${file} is too long for a token.`);
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw noToken(`${file} cannot be read.`);
  }
}

function fromVariable(_audience: string, { WAYBILL_ID_TOKEN: token }: JobVariables): Promise<string | undefined> {
  return Promise.resolve(token === '' ? undefined : token);
}

/** GitHub Actions, and Forgejo Actions, which speaks like it. */
async function fromActions(audience: string, job: JobVariables): Promise<string | undefined> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: address, ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret } = job;
  if (address === undefined || secret === undefined) {
    if (job['GITHUB_ACTIONS'] !== 'true') return undefined;
    throw noToken('This workflow may not ask for a token.', [
      'GitHub: `permissions: { id-token: write, contents: read }` in the workflow or the job.',
      'Forgejo: `enable-openid-connect: true` there.',
    ]);
  }
  const target = new URL(address);
  target.searchParams.set('audience', audience);
  const answer = await fetch(target, {
    headers: { authorization: `Bearer ${secret}`, accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch(() => undefined);
  const json: unknown = answer?.ok === true ? await answer.json().catch(() => undefined) : undefined;
  const parsed = issued.safeParse(json);
  if (parsed.success) return parsed.data.value;
  const said = answer === undefined ? 'cannot be reached' : `answered ${answer.status}`;
  throw new CliError(`The CI gives out no token: it ${said}.`, exitCodes.unavailable);
}

/** GitLab has the job name its tokens: the variable that other clients look for, by the audience. */
function fromGitlab(audience: string, job: JobVariables): Promise<string | undefined> {
  if (job['GITLAB_CI'] !== 'true') return Promise.resolve(undefined);
  const name = `${audience.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}_ID_TOKEN`;
  const token = job[name];
  if (token !== undefined && token !== '') return Promise.resolve(token);
  throw noToken('This job has no token for this installation.', [
    'In .gitlab-ci.yml, in the job:',
    `id_tokens: { WAYBILL_ID_TOKEN: { aud: ${JSON.stringify(audience)} } }`,
  ]);
}

async function fromBuildkite(audience: string, job: JobVariables): Promise<string | undefined> {
  if (job['BUILDKITE'] !== 'true') return undefined;
  return tokenOf('buildkite-agent', ['oidc', 'request-token', '--audience', audience], job);
}

async function fromCircleci(audience: string, job: JobVariables): Promise<string | undefined> {
  if (job['CIRCLECI'] !== 'true') return undefined;
  return tokenOf('circleci', ['run', 'oidc', 'get', '--claims', JSON.stringify({ aud: audience })], job);
}

/** Bitbucket's pipelines name their audiences in their own settings. */
function fromBitbucket(_audience: string, job: JobVariables): Promise<string | undefined> {
  return Promise.resolve(job['BITBUCKET_STEP_OIDC_TOKEN']);
}

async function tokenOf(program: string, typed: readonly string[], job: JobVariables): Promise<string> {
  const env = Object.fromEntries(Object.entries(job).filter(([, value]) => value !== undefined));
  const options = { env, timeout: timeoutMs, maxBuffer: maxTokenBytes, encoding: 'utf8' as const };
  const { stdout } = await run(program, [...typed], options).catch(() => ({ stdout: '' }));
  if (stdout.trim() !== '') return stdout;
  throw noToken(`\`${program}\` gave out no token.`, [`${program} ${typed.join(' ')}`]);
}

function noToken(message: string, hints: readonly string[] = []): CliError {
  return new CliError(message, exitCodes.usage, hints);
}
