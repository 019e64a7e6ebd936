/** Where a client comes from. One kind today; a Python client would add `{ kind: 'python', … }` with its own installer. */
export interface NpmPackageSource {
  readonly kind: 'npm-package';
  readonly package: string;
  /** Exact: a test run must mean the same client everywhere. */
  readonly version: string;
}

/** A program inside an installed tool: the first of `paths` that exists, relative to the folder of its packages. */
export interface ToolProgram {
  /** `node`: a script, run with the Node of the tests. `native`: executed as it is. */
  readonly runtime: 'node' | 'native';
  readonly paths: readonly string[];
}

/** A real package manager at a pinned version, described as data: how to get it, how to start it. */
export interface ClientTool {
  readonly id: string;
  readonly source: NpmPackageSource;
  /** What the sandbox puts on PATH, by command name; scripts and other clients find it there. */
  readonly programs: Readonly<Record<string, ToolProgram>>;
  /** The one of `programs` that the driver calls. */
  readonly command: string;
  /** Variables that the client needs to stay inside its sandbox and this machine. `{box}` is the sandbox's folder. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ids of tools that this one calls (pnpm 10 publishes through npm). */
  readonly companions: readonly string[];
}

/** A tool on this machine. `packagesDirectory` holds its packages (`…/node_modules`). */
export interface InstalledTool {
  readonly tool: ClientTool;
  readonly directory: string;
  readonly packagesDirectory: string;
  readonly programs: Readonly<Record<string, InstalledProgram>>;
}

export interface InstalledProgram {
  readonly runtime: 'node' | 'native';
  /** Absolute path of the script or binary. */
  readonly file: string;
}
