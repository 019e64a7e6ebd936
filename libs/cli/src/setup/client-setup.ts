/** Settings of a package client for one repository. */
export interface ClientSetup {
  readonly client: string;
  readonly ecosystem: string;
  /** The files that they are in, each once. */
  readonly files: (wish: SetupWish) => readonly SettingsFile[];
  /** What the person does next. */
  readonly next: (wish: SetupWish) => readonly string[];
}

export interface SettingsFile {
  /** In the project's folder, which may be committed; or in the person's home. */
  readonly where: 'project' | 'home';
  readonly name: string;
  /** The file's text with our settings in it, everything else as it was; running it again changes nothing. */
  readonly merge: (before: string) => string;
}

export interface SetupWish {
  /** `https://waybill.example/npm/main/` */
  readonly url: string;
  /** npm's scope, if it is for that alone: `@acme`. */
  readonly scope: string | undefined;
  /** For a job: the token is WAYBILL_TOKEN, and nobody signs in. */
  readonly ci: boolean;
  /** Everything in the person's home, and nothing in the project. */
  readonly user: boolean;
}

/** The next step of who works with a token of a job. */
export const ciNext = 'Set WAYBILL_TOKEN in the job: no token is in what is written here.';
