import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir, toolsDirectory } from '@waybill/testing';
import { execa } from 'execa';

const version = '4.32.5';
const installMilliseconds = 300_000;

export interface Fuzzing {
  readonly url: string;
  /** Nobody in particular without it. */
  readonly token?: string;
  /** Operations that are left out, by their ids. */
  readonly except?: readonly string[];
  readonly maxExamples: number;
  /** After which it ends, and tells what it has found until then. */
  readonly maxSeconds: number;
}

export interface FuzzResult {
  readonly exitCode: number | undefined;
  readonly output: string;
}

/** Everything that a request could be, within the OpenAPI document that the installation serves, and beside it. */
export async function fuzz({ url, token, except = [], maxExamples, maxSeconds }: Fuzzing): Promise<FuzzResult> {
  const program = join(await schemathesisDirectory(), 'bin/schemathesis');
  const excluded = except.flatMap((operation) => ['--exclude-operation-id', operation]);
  const args = [
    ...['--config-file', join(import.meta.dirname, 'schemathesis.toml')],
    'run',
    `${url}/api/openapi.json`,
    ...['--url', url],
    ...(token === undefined ? [] : ['--header', `Authorization: Bearer ${token}`]),
    ...['--phases', 'examples,coverage,fuzzing'],
    ...['--checks', 'not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance'],
    ...['--max-examples', String(maxExamples)],
    ...['--workers', '1'],
    ...['--max-time', String(maxSeconds)],
    ...['--seed', '1'],
    ...['--max-failures', '20'],
    // A pattern that few texts match is no fault of the interface.
    ...['--suppress-health-check', 'filter_too_much'],
    '--no-color',
    ...excluded,
  ];
  // It remembers what failed in the folder that it runs in; each run finds out for itself.
  await using cwd = await tempDir('schemathesis');
  const timeout = (maxSeconds + 60) * 1000;
  const options = { cwd: cwd.path, reject: false, all: true, stdin: 'ignore', timeout } as const;
  const { exitCode, all } = await execa(program, args, options);
  return { exitCode, output: all };
}

/** Installed once, with pip, which knows how this machine reaches its package index; visible when it is complete. */
async function schemathesisDirectory(): Promise<string> {
  const directory = join(toolsDirectory(), `schemathesis-${version}`);
  if (await works(directory)) return directory;
  await mkdir(toolsDirectory(), { recursive: true });
  await rm(directory, { recursive: true, force: true });
  // A virtual environment knows its own path, so that it is made where it stays.
  await execa('python3', ['-m', 'venv', directory], { timeout: installMilliseconds });
  await execa(join(directory, 'bin/pip'), ['install', '--quiet', `schemathesis==${version}`], {
    timeout: installMilliseconds,
  });
  return directory;
}

async function works(directory: string): Promise<boolean> {
  const { exitCode, stdout } = await execa(join(directory, 'bin/schemathesis'), ['--version'], { reject: false });
  return exitCode === 0 && stdout.includes(version);
}
