import { Injectable } from '@nestjs/common';
import { DomainError, packageOfRelease, parseReleasePurl } from '@waybill/domain';
import { isStorableJson } from '../database/storable-text.js';
import type { PipelineStep, Submission } from './submission.js';

/** What a release says of itself travels in one event of at most 512 KiB, beside up to 160 KiB of reasons. */
const maxFactBytes = 320 * 1024;

@Injectable()
export class ParseCoordinates implements PipelineStep {
  readonly name = 'parse-coordinates';

  run(submission: Submission): Promise<'next'> {
    const { purl, artifacts, metadata, tags } = submission.request;
    const facts = JSON.stringify({ artifacts, metadata, tags });
    if (Buffer.byteLength(facts) > maxFactBytes) {
      throw new DomainError('limit', 'release.too-large', 'A release has too many files, or too much metadata.');
    }
    if (!isStorableJson(facts)) {
      throw new DomainError(
        'invalid',
        'release.text',
        'A release has text with a NUL character, or that is no Unicode.',
      );
    }
    submission.version = parseReleasePurl(purl).version;
    submission.packagePurl = packageOfRelease(purl);
    return Promise.resolve('next');
  }
}
