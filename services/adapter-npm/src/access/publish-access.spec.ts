import type { Visibility } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { parseNpmName } from '../names/npm-name.js';
import { parsePublishDocument } from '../publish/publish-document.schema.js';
import { accessOf, assertPublishAccess } from './access.rules.js';

const npm = 'npm/11.21.2 node/v24.21.0 linux x64 workspaces/false';
const yarnClassic = 'yarn/1.22.22 npm/? node/v24.21.0 linux x64';
const yarn = 'got (https://github.com/sindresorhus/got)';

function publish(visibility: Visibility, access: unknown, { userAgent = npm, publishConfig = {} } = {}) {
  return () => assertPublishAccess({ access, manifest: { publishConfig }, userAgent }, visibility);
}

describe('a publish with access restricted', () => {
  it.each(['public', 'unlisted'] as const)('is refused where everybody may read: %s', (visibility) => {
    const sentence = `A package is as visible as its repository, which is ${visibility}: nothing was published.`;
    expect(publish(visibility, 'restricted')).toThrow(sentence);
    expect(publish(visibility, 'private')).toThrow(sentence);
    expect(publish(visibility, 'restricted', { userAgent: yarnClassic })).toThrow(sentence);
    expect(() => assertPublishAccess({ access: 'restricted', manifest: {} }, visibility)).toThrow(sentence);
    expect(accessOf(visibility)).toBe('public');
  });

  it.each(['private', 'internal'] as const)(
    'is what a repository is where not everybody may read: %s',
    (visibility) => {
      expect(publish(visibility, 'restricted', { publishConfig: { access: 'restricted' } })).not.toThrow();
      expect(accessOf(visibility)).toBe('restricted');
    },
  );

  it('is what yarn says of scoped packages unasked, so only its package.json counts', () => {
    expect(publish('public', 'restricted', { userAgent: yarn })).not.toThrow();
    expect(publish('public', 'restricted', { userAgent: yarn, publishConfig: { access: 'restricted' } })).toThrow(
      'as visible as its repository',
    );
  });
});

describe('a publish that asks for nothing of the kind', () => {
  it.each([undefined, null, 'public', '', 7, { access: 'restricted' }])('is not refused: %j', (access) => {
    for (const visibility of ['public', 'unlisted', 'internal', 'private'] as const) {
      expect(publish(visibility, access)).not.toThrow();
      expect(publish(visibility, access, { publishConfig: 'nonsense' })).not.toThrow();
    }
  });

  it('may leave it out of the document, as npm 6 and yarn 1 do', () => {
    const manifest = { name: 'a', version: '1.0.0' };
    const document = { name: 'a', versions: { '1.0.0': manifest }, _attachments: {} };
    const parsed = parsePublishDocument(parseNpmName('a'), document);
    expect(() => assertPublishAccess(parsed, 'public')).not.toThrow();
  });
});
