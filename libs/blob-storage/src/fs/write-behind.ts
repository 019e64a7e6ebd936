import type { close, fsync, write, writev } from 'node:fs';

import type { UploadFileSystem } from './upload-file-system.js';

type Written = (error: NodeJS.ErrnoException | null, bytes: number, buffer: Buffer) => void;
type WriteArguments = [fd: number, buffer: Buffer, offset: number, length: number, position: number, done: Written];

/** How many bytes may wait in the page cache before they are sent to the disk. */
const syncEveryBytes = 8 * 1024 * 1024;

/**
 * The same file system for one upload, which starts writing to the disk while bytes still arrive: the fsync that makes a
 * large upload durable would otherwise find everything still to do. A failure is kept for the final fsync of the upload,
 * since the kernel reports it once only (fsync(2)). A small upload leaves all of that to its promotion (ADR 0021).
 */
export function writeBehind(fileSystem: UploadFileSystem): UploadFileSystem {
  let unsyncedBytes = 0;
  let syncing = false;
  let wroteBehind = false;
  let failure: NodeJS.ErrnoException | null = null;
  let whenSynced: (() => void) | undefined;

  function noteWritten(fd: number, bytes: number): void {
    unsyncedBytes += bytes;
    if (syncing || unsyncedBytes < syncEveryBytes) return;
    unsyncedBytes = 0;
    syncing = true;
    wroteBehind = true;
    fileSystem.fdatasync(fd, (error) => {
      syncing = false;
      failure ??= error;
      whenSynced?.();
    });
  }

  /** A descriptor that is closed while it is synced could by then be another file's. */
  function afterSync(next: () => void): void {
    if (syncing) whenSynced = next;
    else next();
  }

  function noting<A extends unknown[]>(
    done: (error: NodeJS.ErrnoException | null, bytes: number, ...rest: A) => void,
    fd: number,
  ): typeof done {
    return (error, bytes, ...rest) => {
      if (error === null) noteWritten(fd, bytes);
      done(error, bytes, ...rest);
    };
  }

  return {
    ...fileSystem,
    write: ((...[fd, buffer, offset, length, position, done]: WriteArguments) => {
      fileSystem.write(fd, buffer, offset, length, position, noting(done, fd));
    }) as typeof write,
    writev: ((fd, buffers, position, done) => {
      fileSystem.writev(fd, buffers, position, noting(done, fd));
    }) as typeof writev,
    fsync: ((fd, done) => {
      if (!wroteBehind) done(null);
      else afterSync(() => fileSystem.fsync(fd, (error) => done(failure ?? error)));
    }) as typeof fsync,
    close: ((fd, done) => {
      afterSync(() => fileSystem.close(fd, done));
    }) as typeof close,
  };
}
