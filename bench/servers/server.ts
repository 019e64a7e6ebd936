/** A registry that is measured, in processes of its own. */
export interface RegistryServer {
  readonly name: 'waybill' | 'verdaccio';
  readonly version: string;
  /** The root of the process tree. */
  readonly pid: number;
  readonly startMilliseconds: number;
  /** Without a slash at the end; anybody may read. */
  readonly registryUrl: string;
  /** Readable with the token only. */
  readonly privateRegistryUrl: string;
  readonly token: string;
  stop(): Promise<void>;
}

export interface StartOptions {
  /** Empty for a first start. */
  readonly directory: string;
  /** What Node is started with, before the program. */
  readonly nodeOptions?: readonly string[];
  /** Settings besides those of every bench. */
  readonly environment?: Readonly<Record<string, string>>;
}
