import { access, constants, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';

import { toolsDirectory } from './tools-directory.js';

/** A program that is built from the Go module proxy, since no package registry of ours carries it. */
export interface GoTool {
  /** Name of the program, and of the file that `go install` makes. */
  readonly name: string;
  /** Import path of its main package. */
  readonly package: string;
  /** Module version, in full for pseudo-versions. */
  readonly version: string;
}

export class GoToolUnavailableError extends Error {
  override readonly name = 'GoToolUnavailableError';
}

const builds = new Map<string, Promise<string>>();

/**
 * Path of the program, built once per version into `waybill-tools` in the user's cache directory (minutes for a large
 * one). Several processes may ask at the same time. Throws GoToolUnavailableError when there is no Go to build it with.
 */
export async function goTool(tool: GoTool): Promise<string> {
  const path = goToolPath(tool);
  let build = builds.get(path);
  if (build === undefined) {
    build = isExecutable(path).then((built) => (built ? path : buildGoTool(tool, path)));
    builds.set(path, build);
    build.catch(() => builds.delete(path));
  }
  return await build;
}

/** One sentence why the tool can neither be found nor built here, or undefined. */
export async function whyGoToolIsMissing(tool: GoTool): Promise<string | undefined> {
  if ((await isExecutable(goToolPath(tool))) || (await hasGo())) return undefined;
  return `${tool.name} has to be built from source, and there is no "go" on PATH (https://go.dev/dl/).`;
}

function goToolPath(tool: GoTool): string {
  return join(toolsDirectory(), `${tool.name}-${tool.version}`, tool.name);
}

async function buildGoTool(tool: GoTool, path: string): Promise<string> {
  const missing = await whyGoToolIsMissing(tool);
  if (missing !== undefined) throw new GoToolUnavailableError(missing);
  await mkdir(toolsDirectory(), { recursive: true });
  const draft = await mkdtemp(join(toolsDirectory(), `.build-${tool.name}-`));
  try {
    await execa('go', ['install', '-trimpath', '-ldflags=-s -w', `${tool.package}@${tool.version}`], {
      env: { CGO_ENABLED: '0', GOBIN: draft },
      timeout: 30 * 60_000,
    });
    await rename(draft, join(toolsDirectory(), `${tool.name}-${tool.version}`)).catch(async (error: unknown) => {
      // Another process was first; its build is as good.
      if (!(await isExecutable(path))) throw error;
    });
    return path;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function hasGo(): Promise<boolean> {
  return !(await execa('go', ['version'], { reject: false, timeout: 30_000 })).failed;
}

async function isExecutable(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
