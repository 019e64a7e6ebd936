import type { BlobStore } from '../src/index.js';
import { describeBlobs } from './blobs.suite.js';
import { describePromotion } from './promotion.suite.js';
import { describeRefusals } from './refusals.suite.js';
import { describeStaging } from './staging.suite.js';

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

/** All that every BlobStore has to do; `driver` is called inside the tests, after the spec's own set-up. */
export function describeBlobStore(driver: () => DriverUnderTest): void {
  describeStaging(driver);
  describeRefusals(driver);
  describePromotion(driver);
  describeBlobs(driver);
}
