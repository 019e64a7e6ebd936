import { gzipSync } from 'node:zlib';
import type { PackageNames } from './package-names.js';
import type { Step } from './session.js';

export function auditSteps({ plain }: PackageNames): Step[] {
  const bulk = '-/npm/v1/security/advisories/bulk';
  const asked = { [plain]: ['1.0.0'] };
  const tree = {
    name: 'app',
    version: '1.0.0',
    requires: { [plain]: '^1.0.0' },
    dependencies: { [plain]: { version: '1.0.0' } },
  };
  return [
    { name: 'audit in bulk', method: 'POST', path: bulk, body: asked },
    {
      name: 'audit in bulk, compressed',
      method: 'POST',
      path: bulk,
      headers: { 'content-encoding': 'gzip' },
      body: gzipSync(JSON.stringify(asked)),
    },
    { name: 'audit in bulk of nobody', method: 'POST', path: bulk, as: 'nobody', body: asked },
    { name: 'audit of a tree', method: 'POST', path: '-/npm/v1/security/audits/quick', body: tree },
    { name: 'audit of a tree, in full', method: 'POST', path: '-/npm/v1/security/audits', body: tree },
  ];
}
