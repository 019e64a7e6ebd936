import { Injectable } from '@nestjs/common';
import { packageOfRelease, parseReleasePurl } from '@waybill/domain';
import type { PipelineStep, Submission } from './submission.js';

@Injectable()
export class ParseCoordinates implements PipelineStep {
  readonly name = 'parse-coordinates';

  run(submission: Submission): Promise<'next'> {
    const { purl } = submission.request;
    const { name, version } = parseReleasePurl(purl);
    submission.ecosystem = name.ecosystem;
    submission.version = version;
    submission.packagePurl = packageOfRelease(purl);
    return Promise.resolve('next');
  }
}
