import { randomUUID } from 'node:crypto';
import { packageOwnersChanged, releasePublished, setMember, setPackageOwners } from '@waybill/contracts';
import type { ReplyOf } from '@waybill/contracts';
import type { OrganizationId, PackagePurl, Principal, RepositoryId } from '@waybill/domain';
import type { Person } from './auth-conversation.js';
import { type RunningAuth, startAuth } from './running-auth.js';

export interface OwnedPackage {
  readonly organizationId: OrganizationId;
  readonly repositoryId: RepositoryId;
  readonly packagePurl: PackagePurl;
}

export function aggregateOf({ repositoryId, packagePurl }: OwnedPackage): string {
  return `${repositoryId}/${packagePurl}`;
}

/** Packages of the organization acme, and the people who own them. */
export class OwnersGround {
  readonly auth: RunningAuth;
  readonly organizationId: OrganizationId;

  private constructor(auth: RunningAuth, organizationId: OrganizationId) {
    this.auth = auth;
    this.organizationId = organizationId;
  }

  static async start(): Promise<OwnersGround> {
    const auth = await startAuth();
    return new OwnersGround(auth, (await auth.organizationId('acme')) as OrganizationId);
  }

  newPackage(): OwnedPackage {
    const repositoryId = randomUUID() as RepositoryId;
    return { organizationId: this.organizationId, repositoryId, packagePurl: 'pkg:npm/left-pad' as PackagePurl };
  }

  /** Tells that somebody published a version of it. */
  async published(of: OwnedPackage, by: Person, version = 1): Promise<void> {
    const { repositoryId, packagePurl, organizationId } = of;
    const repository = { repositoryId, organizationId, slug: 'main', visibility: 'private', kind: 'hosted' };
    const digests = { sha256: `sha256:${'a'.repeat(64)}` };
    const data = {
      releaseId: randomUUID(),
      repository,
      purl: `${packagePurl}@1.0.${String(version)}`,
      packagePurl,
      version: `1.0.${String(version)}`,
      state: 'published',
      artifacts: [{ filename: 'a.tgz', role: 'tarball', mediaType: 'application/gzip', sizeBytes: 1, digests }],
      metadata: { kind: 'inline', json: {} },
      tags: [],
      publishedBy: { actor: `user:${by.userId}`, username: by.username, userId: by.userId },
      submittedAt: new Date().toISOString(),
      reasons: [],
    };
    await this.auth.emit(releasePublished, { aggregate: aggregateOf(of), version, data });
  }

  /** The owners as each event told them. */
  async ownersOf(of: OwnedPackage): Promise<(readonly string[])[]> {
    const events = await this.auth.events(packageOwnersChanged, aggregateOf(of));
    return events.map(({ owners }) => owners.map(({ username }) => username));
  }

  async member(username: string, role: 'owner' | 'admin' | 'member' | 'reader'): Promise<Person> {
    const person = await this.auth.person(username);
    await this.auth.ask(setMember, { principal: await this.asAdmin(), organization: 'acme', username, role });
    return person;
  }

  asAdmin(): Promise<Principal> {
    return this.auth.principal(this.auth.admin);
  }

  set(
    of: OwnedPackage,
    principal: Principal,
    usernames: string[],
    expected?: string[],
  ): Promise<ReplyOf<typeof setPackageOwners>> {
    return this.auth.ask(setPackageOwners, { ...of, principal, usernames, ...(expected && { expected }) });
  }
}
