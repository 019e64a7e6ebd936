import type { PackageNames } from './package-names.js';
import { escaped } from './package-names.js';
import type { Answer, Session, Step } from './session.js';

export function distTagSteps({ plain, scoped, mangled, unknown }: PackageNames): Step[] {
  const tags = `-/package/${plain}/dist-tags`;
  return [
    { name: 'tags', path: tags },
    { name: 'tags of a scoped package', path: `-/package/${escaped(scoped)}/dist-tags` },
    { name: 'tags of an unknown package', path: `-/package/${unknown}/dist-tags` },
    { name: 'tag added by nobody', method: 'PUT', path: `${tags}/beta`, as: 'nobody', body: '1.0.0' },
    { name: 'tag added', method: 'PUT', path: `${tags}/beta`, body: '1.0.0' },
    { name: 'tag for an unknown version', method: 'PUT', path: `${tags}/beta`, body: '9.9.9' },
    {
      name: 'tag that looks like a version',
      method: 'PUT',
      path: `-/package/${mangled}/dist-tags/1.5.0`,
      body: '1.0.0',
    },
    { name: 'tag without a version', method: 'PUT', path: `${tags}/beta`, body: { version: '1.0.0' } },
    { name: 'tag of an unknown package', method: 'PUT', path: `-/package/${unknown}/dist-tags/beta`, body: '1.0.0' },
    { name: 'tags merged', method: 'POST', path: tags, body: { old: '1.0.0' } },
    { name: 'tag removed', method: 'DELETE', path: `${tags}/beta` },
    { name: 'tag removed by nobody', method: 'DELETE', path: `${tags}/next`, as: 'nobody' },
    { name: 'unknown tag removed', method: 'DELETE', path: `${tags}/beta` },
    { name: 'latest removed', method: 'DELETE', path: `${tags}/latest` },
    { name: 'tags after all that', path: tags },
  ];
}

/** Each sends the packument back as it was read, with one change. */
export function documentChangeSteps({ plain, unknown }: PackageNames): Step[] {
  const read: Omit<Step, 'name'> = { path: `${plain}?write=true`, remember: rememberDocument };
  const put = { method: 'PUT', path: plain } as const;
  return [
    { name: 'read before deprecation', ...read },
    { name: 'deprecation by nobody', ...put, as: 'nobody', bodyOf: (session) => deprecated(session, 'too old') },
    { name: 'deprecation', ...put, bodyOf: (session) => deprecated(session, 'too old') },
    { name: 'packument with a deprecation', path: plain },
    { name: 'read before the deprecation is taken back', ...read },
    { name: 'deprecation taken back', ...put, bodyOf: (session) => deprecated(session, '') },
    { name: 'packument without the deprecation', path: plain },
    { name: 'deprecation of an unknown package', ...put, path: unknown, bodyOf: (session) => deprecated(session, 'x') },
    { name: 'read before the star', ...read },
    { name: 'star', ...put, bodyOf: (session) => starred(session, { [session.user]: true }) },
    { name: 'packument with a star', path: plain },
    { name: 'list of stars', path: ({ user }) => `-/_view/starredByUser?key=%22${user}%22` },
    { name: 'read before the star is taken back', ...read },
    { name: 'star taken back', ...put, bodyOf: (session) => starred(session, {}) },
    { name: 'star by nobody', ...put, as: 'nobody', bodyOf: (session) => starred(session, { [session.user]: true }) },
    { name: 'list of no stars', path: ({ user }) => `-/_view/starredByUser?key=%22${user}%22` },
    { name: 'read before the owners change', ...read },
    {
      name: 'owner added with the token of a login by password',
      method: 'PUT',
      path: revisionPath(plain),
      bodyOf: (session) => owned(session, [session.user, session.other]),
    },
    {
      name: 'owner added',
      method: 'PUT',
      path: revisionPath(plain),
      as: 'a manager',
      bodyOf: (session) => owned(session, [session.user, session.other]),
    },
    {
      name: 'owner added once more, with the revision of before',
      method: 'PUT',
      path: revisionPath(plain),
      as: 'a manager',
      bodyOf: (session) => owned(session, [session.user, session.other]),
    },
    { name: 'packument with two owners', path: plain, remember: rememberDocument },
    {
      name: 'all owners removed',
      method: 'PUT',
      path: revisionPath(plain),
      as: 'a manager',
      bodyOf: (session) => owned(session, []),
    },
    { name: 'collaborators', path: ({ user }) => `-/package/${plain}/collaborators?format=cli&user=${user}` },
    { name: 'visibility', path: `-/package/${plain}/visibility` },
  ];
}

export interface Document {
  readonly _id: string;
  readonly _rev: string;
  readonly versions: Readonly<Record<string, object>>;
  readonly 'dist-tags': Readonly<Record<string, string>>;
}

const nothingRead: Document = { _id: '', _rev: 'none', versions: {}, 'dist-tags': {} };

export function rememberDocument({ json }: Answer, { memory }: Session): void {
  memory.set('document', JSON.stringify({ ...nothingRead, ...(json as object | undefined) }));
}

export function documentIn({ memory }: Session): Document {
  return JSON.parse(memory.get('document') ?? '{}') as Document;
}

/** `/{package}/-rev/{revision of the last read}`. */
export function revisionPath(name: string): (session: Session) => string {
  return (session) => `${escaped(name)}/-rev/${documentIn(session)._rev}`;
}

function deprecated(session: Session, text: string): object {
  const document = documentIn(session);
  const { '1.0.0': first, ...others } = document.versions;
  return { ...document, versions: { ...others, '1.0.0': { ...first, deprecated: text } } };
}

function owned(session: Session, owners: readonly string[]): object {
  const { _id, _rev } = documentIn(session);
  return { _id, _rev, maintainers: owners.map((name) => ({ name, email: `${name}@localhost` })) };
}

function starred(session: Session, users: Readonly<Record<string, boolean>>): object {
  const { _id, _rev } = documentIn(session);
  return { _id, _rev, users };
}
