/** What PEP 792 knows of a project. `quarantined`: no file is offered, and none is taken. */
export const projectStatuses = ['active', 'archived', 'quarantined', 'deprecated'] as const;
export type ProjectStatus = (typeof projectStatuses)[number];

/** One file of a project, as its page lists it. */
export interface SimpleFile {
  readonly filename: string;
  /** Absolute, or relative to the page. */
  readonly url: string;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly uploadedAt: Date;
  /** `Requires-Python`, as the file's own metadata has it; absent where it says nothing. */
  readonly requiresPython?: string;
  /** PEP 592: the reason, empty where none was given; absent where the file is not yanked. */
  readonly yanked?: string;
  /** The sha256 (hex) of what is served at `<url>.metadata` (PEP 658, 714); absent where nothing is. */
  readonly metadataSha256?: string;
  /** Where its attestations are (PEP 740): an absolute URL; absent where it has none. */
  readonly provenanceUrl?: string;
}

/** The page of a project, before it is written in one form or the other. */
export interface ProjectPage {
  /** Normalized (PEP 503). */
  readonly name: string;
  readonly status: ProjectStatus;
  readonly statusReason?: string;
  /** As they were published, each once, lowest first. */
  readonly versions: readonly string[];
  /** In the order in which they are listed. */
  readonly files: readonly SimpleFile[];
}

/** PEP 700, 708, 714, 740, 792: what both forms say of themselves. */
export const simpleApiVersion = '1.4';

/** A page in one form, ready to serve. */
export interface BuiltPage {
  readonly body: Buffer;
  /** Strong, with its quotes; another one for another form. */
  readonly etag: string;
}

/** Of a quarantined project nothing is offered (PEP 792), but it is there. */
export function offeredFiles({ status, files }: ProjectPage): readonly SimpleFile[] {
  return status === 'quarantined' ? [] : files;
}
