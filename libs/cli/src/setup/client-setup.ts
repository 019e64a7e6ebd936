/** Settings of a package client for one repository: a file, and the lines or keys in it. */
export interface ClientSetup {
  readonly client: string;
  readonly ecosystem: string;
  readonly describe: string;
  /** Where it is written: in the project, or in the person's home. */
  readonly fileName: string;
  /** The file's text with our settings in it, everything else as it was; running it again changes nothing. */
  readonly merge: (before: string, registry: Registry) => string;
  /** What the person does next. */
  readonly next: (registry: Registry) => readonly string[];
}

export interface Registry {
  /** `https://waybill.example/npm/main/` */
  readonly url: string;
  /** npm's scope, if it is for that alone: `@acme`. */
  readonly scope: string | undefined;
}
