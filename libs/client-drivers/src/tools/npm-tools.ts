import { DomainError } from '@waybill/domain';
import type { ClientTool } from './client-tool.js';

export type NpmToolId = 'npm-6' | 'npm-11' | 'npm-12' | 'pnpm-10' | 'pnpm-12' | 'yarn-classic' | 'yarn-berry' | 'bun-1';
export type NpmClientFamily = 'npm' | 'pnpm' | 'yarn-classic' | 'yarn-berry' | 'bun';

/** How a client logs in through the browser; `declines` is its question whether it should open one itself. */
export interface WebLoginCommand {
  readonly args: readonly string[];
  readonly declines?: RegExp;
}

/** What a client can do, so that one test serves all and skips nothing silently: it asks here. */
export interface NpmCapabilities {
  readonly publishes: boolean;
  /** Has commands to add, list and remove dist-tags. */
  readonly distTags: boolean;
  /** Logs in with user name and password; `at-publish`: asks for the password with each command and keeps no token. */
  readonly loginLegacy: 'token' | 'at-publish' | false;
  /** Logs in with a password only at a registry that has no login through the browser. */
  readonly prefersWebLogin: boolean;
  /** The command that logs in through the browser, polling until a person has confirmed there. */
  readonly loginWeb: WebLoginCommand | undefined;
  readonly whoami: boolean;
  /** `publish` can be told that the same version may be there already. */
  readonly tolerateExisting: boolean;
  /** Sends its token for packages without a scope even when it is not told to (`alwaysAuth`). */
  readonly sendsTokenUnasked: boolean;
  /** The lock file holds the registry's own digest of each tarball. */
  readonly lockFileHasIntegrity: boolean;
  readonly lockFile: string;
}

export interface NpmClientTool extends ClientTool {
  readonly id: NpmToolId;
  readonly family: NpmClientFamily;
  readonly capabilities: NpmCapabilities;
}

const everything: NpmCapabilities = {
  publishes: true,
  distTags: true,
  loginLegacy: 'token',
  prefersWebLogin: false,
  loginWeb: { args: ['login', '--auth-type=web'] },
  whoami: true,
  tolerateExisting: false,
  sendsTokenUnasked: true,
  lockFileHasIntegrity: true,
  lockFile: 'package-lock.json',
};

/**
 * Shared by all that read npm's configuration. `/usr/etc/npmrc` is not shed by HOME, only by NPM_CONFIG_GLOBALCONFIG;
 * that file of the sandbox switches off what is not the registry's business.
 */
const npmEnvironment = {
  NPM_CONFIG_USERCONFIG: '{box}/home/.npmrc',
  NPM_CONFIG_GLOBALCONFIG: '{box}/npmrc-global',
  NPM_CONFIG_CACHE: '{box}/cache/npm',
  NPM_CONFIG_UPDATE_NOTIFIER: 'false',
};

const pnpmEnvironment = {
  ...npmEnvironment,
  PNPM_HOME: '{box}/pnpm-home',
  // A release younger than a day would be passed over, and a test publishes a second before it installs.
  PNPM_CONFIG_MINIMUM_RELEASE_AGE: '0',
  NPM_CONFIG_MINIMUM_RELEASE_AGE: '0',
};

function npm(id: 'npm-6' | 'npm-11' | 'npm-12', version: string): NpmClientTool {
  return {
    id,
    family: 'npm',
    source: { kind: 'npm-package', package: 'npm', version },
    programs: {
      npm: { runtime: 'node', paths: ['npm/bin/npm-cli.js'] },
      npx: { runtime: 'node', paths: ['npm/bin/npx-cli.js'] },
    },
    command: 'npm',
    environment: npmEnvironment,
    companions: [],
    capabilities:
      id === 'npm-6'
        ? { ...everything, prefersWebLogin: true, loginWeb: { args: ['login', '--no-browser'] } }
        : everything,
  };
}

function pnpm(id: 'pnpm-10' | 'pnpm-12', version: string, program: ClientTool['programs'][string]): NpmClientTool {
  return {
    id,
    family: 'pnpm',
    source: { kind: 'npm-package', package: 'pnpm', version },
    programs: { pnpm: program },
    command: 'pnpm',
    environment: pnpmEnvironment,
    // Up to version 10 pnpm hands publish, dist-tag, login, view and whoami to the npm that it finds on PATH.
    companions: id === 'pnpm-10' ? ['npm-11'] : [],
    capabilities: {
      ...everything,
      prefersWebLogin: id === 'pnpm-12',
      loginWeb: { args: ['login'] },
      lockFile: 'pnpm-lock.yaml',
    },
  };
}

/** Every npm client that the tests run, oldest line first within a family. */
export const npmClientTools: readonly NpmClientTool[] = [
  // The last npm that Node 14 brought, still in many build images; it runs on newer Nodes as well.
  npm('npm-6', '6.14.18'),
  npm('npm-11', '11.21.2'),
  npm('npm-12', '12.2.0'),
  pnpm('pnpm-10', '10.34.9', { runtime: 'node', paths: ['pnpm/bin/pnpm.cjs'] }),
  // The install script links the binary over the shim of the main package.
  pnpm('pnpm-12', '12.21.0', {
    runtime: 'native',
    paths: ['@pnpm/exe.linux-x64/pnpm', '@pnpm/exe.linux-arm64/pnpm', 'pnpm/pnpm'],
  }),
  {
    id: 'yarn-classic',
    family: 'yarn-classic',
    // `latest` of this package is a 2.x: only the pin gives classic.
    source: { kind: 'npm-package', package: 'yarn', version: '1.22.22' },
    programs: { yarn: { runtime: 'node', paths: ['yarn/bin/yarn.js'] } },
    command: 'yarn',
    environment: {
      ...npmEnvironment,
      // As root, classic takes /usr/local/share for its home, unless it believes to be under fakeroot.
      FAKEROOTKEY: '0',
      YARN_DISABLE_SELF_UPDATE_CHECK: 'true',
    },
    companions: [],
    capabilities: {
      ...everything,
      loginLegacy: 'at-publish',
      loginWeb: undefined,
      whoami: false,
      sendsTokenUnasked: false,
      lockFile: 'yarn.lock',
    },
  },
  {
    id: 'yarn-berry',
    family: 'yarn-berry',
    source: { kind: 'npm-package', package: '@yarnpkg/cli-dist', version: '4.18.1' },
    programs: { yarn: { runtime: 'node', paths: ['@yarnpkg/cli-dist/bin/yarn.js'] } },
    command: 'yarn',
    environment: {
      YARN_GLOBAL_FOLDER: '{box}/cache/yarn-berry',
      YARN_ENABLE_TELEMETRY: '0',
      // Quarantines young versions, too.
      YARN_NPM_MINIMAL_AGE_GATE: '0',
    },
    companions: [],
    capabilities: {
      ...everything,
      loginWeb: { args: ['npm', 'login', '--web-login'], declines: /open your browser now/ },
      tolerateExisting: true,
      sendsTokenUnasked: false,
      lockFileHasIntegrity: false,
      lockFile: 'yarn.lock',
    },
  },
  {
    id: 'bun-1',
    family: 'bun',
    source: { kind: 'npm-package', package: 'bun', version: '1.4.5' },
    programs: {
      bun: {
        runtime: 'native',
        // The install script moves the binary from the package of its platform to the main one.
        paths: ['@oven/bun-linux-x64/bin/bun', '@oven/bun-linux-aarch64/bin/bun', 'bun/bin/bun.exe'],
      },
    },
    command: 'bun',
    environment: {
      ...npmEnvironment,
      BUN_INSTALL: '{box}/bun',
      BUN_INSTALL_CACHE_DIR: '{box}/cache/bun',
      DO_NOT_TRACK: '1',
    },
    companions: [],
    capabilities: {
      ...everything,
      distTags: false,
      loginLegacy: false,
      loginWeb: undefined,
      tolerateExisting: true,
      lockFile: 'bun.lock',
    },
  },
];

/** @throws DomainError `not-found` (`client.unknown-tool`) */
export function npmToolById(id: string): NpmClientTool {
  const tool = npmClientTools.find((candidate) => candidate.id === id);
  if (tool === undefined) throw new DomainError('not-found', 'client.unknown-tool', `No npm client is called ${id}.`);
  return tool;
}
