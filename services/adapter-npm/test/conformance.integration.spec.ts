import { adapterConformance } from '@waybill/adapter-conformance';
import { service } from '../src/service.js';
import { makeRelease } from './npm-release.js';

adapterConformance({
  service,
  environment: { WAYBILL_NPM_KEY_SECRET: 'the secret of the tests, long enough' },
  release: ({ store }, repository, named) => makeRelease(store, repository, { ...named }),
  documentTarget: (slug, { name }) => `/npm/${slug}/${name}`,
  fileTarget: (slug, { name, version }) => `/npm/${slug}/${name}/-/${name.replace(/^.*(\/|%2f)/i, '')}-${version}.tgz`,
  furtherTargets: (slug, { name, version }) => [
    `/npm/${slug}/${name}/${version}`,
    `/npm/${slug}/-/package/${name}/dist-tags`,
    `/npm/${slug}/-/package/${name}/visibility`,
  ],
  // An ECDSA signature of the same bytes is another one each time.
  comparable: (body) => body.toString('latin1').replaceAll(/"sig":"[^"]*"/g, ''),
  spellings: ['@acme/same-name', '@acme%2fsame-name', '@acme%2Fsame-name', '%40acme%2fsame-name'],
});
