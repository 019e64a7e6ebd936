import { documentIn, rememberDocument, revisionPath } from './change-steps.js';
import type { PackageNames } from './package-names.js';
import { escaped } from './package-names.js';
import { publishDocument } from './publish-document.js';
import type { Session, Step } from './session.js';

const staleRevision = '1-0123456789abcdef';

export function unpublishSteps({ plain, scoped, unknown }: PackageNames): Step[] {
  const read: Omit<Step, 'name'> = { path: `${plain}?write=true`, remember: rememberDocument };
  const tarball = `${plain}/-/${plain}-1.1.0.tgz`;
  const without = (session: Session) => withoutVersion(session, '1.1.0');
  return [
    { name: 'read before the stale unpublish', path: `${escaped(scoped)}?write=true`, remember: rememberDocument },
    {
      name: 'version removed with a stale revision',
      method: 'PUT',
      path: `${escaped(scoped)}/-rev/${staleRevision}`,
      bodyOf: (session) => ({ ...without(session), _rev: staleRevision }),
    },
    {
      name: 'package removed with a stale revision',
      method: 'DELETE',
      path: `${escaped(scoped)}/-rev/${staleRevision}`,
    },
    { name: 'packument after the stale unpublish', path: escaped(scoped) },
    { name: 'read before the unpublish', ...read },
    { name: 'version removed by nobody', method: 'PUT', path: revisionPath(plain), as: 'nobody', bodyOf: without },
    { name: 'version removed', method: 'PUT', path: revisionPath(plain), bodyOf: without },
    { name: 'read between the steps', ...read },
    {
      name: 'tarball removed by nobody',
      method: 'DELETE',
      path: (session) => `${tarball}/-rev/${documentIn(session)._rev}`,
      as: 'nobody',
    },
    { name: 'tarball removed', method: 'DELETE', path: (session) => `${tarball}/-rev/${documentIn(session)._rev}` },
    { name: 'tarball after it was removed', path: tarball },
    { name: 'packument after a version was removed', path: plain },
    {
      name: 'removed version published again, same bytes',
      method: 'PUT',
      path: plain,
      body: publishDocument({ name: plain, version: '1.1.0' }),
    },
    {
      name: 'removed version published again, other bytes',
      method: 'PUT',
      path: plain,
      body: publishDocument({ name: plain, version: '1.1.0', text: 'other' }),
    },
    { name: 'read before everything is removed', ...read },
    { name: 'package removed by nobody', method: 'DELETE', path: revisionPath(plain), as: 'nobody' },
    { name: 'unknown package removed', method: 'DELETE', path: `${unknown}/-rev/${staleRevision}` },
    { name: 'package removed', method: 'DELETE', path: revisionPath(plain) },
    { name: 'packument after the package was removed', path: plain },
    { name: 'package removed twice', method: 'DELETE', path: revisionPath(plain) },
    {
      name: 'removed package published again, same version',
      method: 'PUT',
      path: plain,
      body: publishDocument({ name: plain, version: '1.0.0' }),
    },
    {
      name: 'removed package published again, new version',
      method: 'PUT',
      path: plain,
      body: publishDocument({ name: plain, version: '4.0.0' }),
    },
    { name: 'packument of the package that came back', path: plain },
  ];
}

function withoutVersion(session: Session, version: string): object {
  const document = documentIn(session);
  const kept = Object.entries(document.versions).filter(([key]) => key !== version);
  // The client moves the tags, too.
  const tags = Object.entries(document['dist-tags']).map(([tag, at]) => [tag, at === version ? '1.0.0' : at] as const);
  return { ...document, versions: Object.fromEntries(kept), 'dist-tags': Object.fromEntries(tags) };
}
