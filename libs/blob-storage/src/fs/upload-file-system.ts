import { close, fdatasync, fsync, open, write, writev } from 'node:fs';

/** The calls an upload is written with; a test gives some that fail. */
export interface UploadFileSystem {
  readonly open: typeof open;
  readonly write: typeof write;
  readonly writev: typeof writev;
  readonly fsync: typeof fsync;
  readonly fdatasync: typeof fdatasync;
  readonly close: typeof close;
}

export const realUploadFileSystem: UploadFileSystem = { open, write, writev, fsync, fdatasync, close };
