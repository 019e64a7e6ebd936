/**
 * What may import what. Every rule has a violation under tools/boundaries/fixtures, and a test that sees it reported.
 * @type {import('dependency-cruiser').IConfiguration}
 */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Modules that import each other cannot be understood, or loaded, one at a time.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'domain-is-pure',
      comment: 'libs/domain is functions and types: no framework, no input or output.',
      severity: 'error',
      from: { path: '(^|/)libs/domain/src/', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: '(^|/)libs/domain/src/|packageurl-js|^(node:)?(crypto|zlib|buffer)$' },
    },
    {
      name: 'trusted-publishing-is-pure',
      comment: 'What a token may is decided without a framework, input or output: the time and the keys are given.',
      severity: 'error',
      from: { path: '(^|/)libs/trusted-publishing/src/', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: '(^|/)libs/(trusted-publishing|domain)/src/|(^|/)node_modules/zod/|^zod$|^(node:)?crypto$' },
    },
    {
      name: 'services-know-only-libs',
      comment: 'Services talk over the bus. Only the standalone process puts them together.',
      severity: 'error',
      from: { path: '(^|/)services/([^/]+)/', pathNot: '(^|/)services/standalone/' },
      to: { path: '(^|/)services/([^/]+)/', pathNot: '(^|/)services/$2/' },
    },
    {
      name: 'libs-know-no-service',
      severity: 'error',
      from: { path: '(^|/)libs/' },
      to: { path: '(^|/)services/', pathNot: 'node_modules' },
    },
    {
      name: 'libs-by-their-entry',
      comment: 'One entry per lib: what index.ts does not export is nobody else’s business.',
      severity: 'error',
      from: { path: '(^|/)(libs|services)/([^/]+)/' },
      to: { path: '(^|/)libs/([^/]+)/src/', pathNot: '(^|/)$2/$3/|/src/index\\.ts$' },
    },
    {
      name: 'no-barrels-in-services',
      severity: 'error',
      from: {},
      to: { path: '(^|/)services/.+/index\\.ts$' },
    },
    {
      name: 'no-drawers',
      comment: 'A folder is named after a noun of the field.',
      severity: 'error',
      from: {},
      to: { path: '(^|/)(libs|services)/.+/(common|utils?|helpers?|shared|misc)(/|\\.ts$)' },
    },
    {
      name: 'typeorm-in-its-places',
      comment: 'Queries live in repositories, tables in entities, the rest does not know the database.',
      severity: 'error',
      from: {
        path: '(^|/)services/',
        pathNot: '\\.(repository|entity|spec)\\.ts$|/database/|/test/|\\.module\\.ts$|\\.suite\\.ts$',
      },
      to: { path: '(^|/node_modules/)(typeorm|pg)(/|$)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'processes-in-their-places',
      comment:
        'Only the parts whose noun is a process start one, and the command line asks agents of CIs for their tokens.',
      severity: 'error',
      from: {
        pathNot:
          '(^|/)(libs/(embedded-servers|testing|client-drivers|cli/src/ci)|services/standalone|test-e2e|bench)/|\\.spec\\.ts$',
      },
      to: { path: '^(node:)?child_process$|(^|/node_modules/)execa(/|$)' },
    },
    {
      name: 'archives-by-one-door',
      comment: 'Only libs/archives opens an archive (security rules I1 to I3).',
      severity: 'error',
      from: {
        path: '(^|/)(libs|services)/',
        pathNot: '(^|/)libs/(archives|client-drivers|testing)/|/test/|\\.spec\\.ts$',
      },
      to: { path: '(^|/node_modules/)(tar|tar-stream|yauzl|adm-zip|jszip|fflate)(/|$)' },
    },
    {
      name: 'not-to-tests',
      severity: 'error',
      from: { pathNot: '\\.(spec|e2e-spec|suite)\\.ts$|/test/|(^|/)test-e2e/' },
      to: { path: '\\.(spec|e2e-spec)\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|fixtures)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['waybill-source', 'import', 'require', 'node', 'default', 'types'],
    },
  },
};
