import { Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import { found, type PipelineStep, type Submission } from './submission.js';

// Printable ASCII: names that look alike in other scripts are refused in every ecosystem (security.md I6).
const plain = /^[\x21-\x7e]+$/;

/** What holds for names in every ecosystem; the rules of its own ecosystem are the adapter's. */
@Injectable()
export class CheckName implements PipelineStep {
  readonly name = 'check-name';

  run(submission: Submission): Promise<'next'> {
    const purl = decodeURIComponent(found(submission, 'packagePurl'));
    const filenames = submission.request.artifacts.map((artifact) => artifact.filename);
    for (const text of [purl, found(submission, 'version'), ...filenames]) {
      if (!plain.test(text)) throw new DomainError('invalid', 'name.not-plain', 'Names and versions are plain ASCII.');
    }
    // A purl may have them, a path below a repository's address may not.
    if (purl.split('/').some((segment) => /^\.+$/.test(segment))) {
      throw new DomainError('invalid', 'name.path', 'No part of a name consists of dots.');
    }
    const unsafe = filenames.find(
      (filename) => filename.includes('/') || filename.includes('\\') || /^\.+$/.test(filename),
    );
    if (unsafe !== undefined || new Set(filenames).size !== filenames.length) {
      throw new DomainError('invalid', 'artifact.filename', 'A file of the release has a name that it cannot have.');
    }
    return Promise.resolve('next');
  }
}
