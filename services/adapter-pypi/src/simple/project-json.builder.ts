import type { ProjectPage, SimpleFile } from './simple-page.js';
import { offeredFiles, simpleApiVersion } from './simple-page.js';

/** The page of a project as `application/vnd.pypi.simple.v1+json` (PEP 691, 700, 740, 792). */
export function buildProjectJson(page: ProjectPage): Buffer {
  const { name, status, statusReason, versions } = page;
  return Buffer.from(
    JSON.stringify({
      meta: { 'api-version': simpleApiVersion },
      name,
      'project-status': { status, ...(statusReason === undefined ? {} : { reason: statusReason }) },
      versions: status === 'quarantined' ? [] : versions,
      files: offeredFiles(page).map(fileJson),
    }),
  );
}

function fileJson(file: SimpleFile): Record<string, unknown> {
  const metadata = file.metadataSha256 === undefined ? false : { sha256: file.metadataSha256 };
  return {
    filename: file.filename,
    url: file.url,
    hashes: { sha256: file.sha256 },
    'requires-python': file.requiresPython ?? null,
    size: file.sizeBytes,
    'upload-time': uploadTime(file.uploadedAt),
    yanked: yankedJson(file.yanked),
    'core-metadata': metadata,
    // The name of before PEP 714, as the index of PyPI still has it: `dist-info-metadata` made old clients of pip stop.
    'data-dist-info-metadata': metadata,
    provenance: file.provenanceUrl ?? null,
  };
}

// A reason is never empty in JSON (PEP 691): without one it is `true`.
function yankedJson(reason: string | undefined): boolean | string {
  if (reason === undefined) return false;
  return reason === '' ? true : reason;
}

/** `yyyy-mm-ddThh:mm:ss.ffffffZ` (PEP 700). */
function uploadTime(at: Date): string {
  return at.toISOString().replace('Z', '000Z');
}
