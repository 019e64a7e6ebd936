import type { BlobStore } from '../src/index.js';

/** What a driver's spec gives the suite. */
export interface DriverUnderTest {
  readonly store: BlobStore;
  /** The same contents, with `verifyOnPromote`. */
  readonly verifyingStore: BlobStore;
  /** Changes staged bytes behind the store's back. */
  readonly overwriteStaged: (key: string, bytes: Buffer) => Promise<void>;
  /** Names of everything below `staged/` that the server or file system still holds, parts and temporary files too. */
  readonly leftovers: () => Promise<string[]>;
}
