import { describeBlobs } from './blobs.suite.js';
import type { DriverUnderTest } from './driver-under-test.js';
import { describePromotion } from './promotion.suite.js';
import { describeRefusals } from './refusals.suite.js';
import { describeStaging } from './staging.suite.js';

/** All that every BlobStore has to do; `driver` is called inside the tests, after the spec's own set-up. */
export function describeBlobStore(driver: () => DriverUnderTest): void {
  describeStaging(driver);
  describeRefusals(driver);
  describePromotion(driver);
  describeBlobs(driver);
}
