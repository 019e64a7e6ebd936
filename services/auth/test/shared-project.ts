import { randomUUID } from 'node:crypto';
import { releasePublished } from '@waybill/contracts';
import type { PackagePurl, Principal, PublisherId } from '@waybill/domain';
import { publisherIn } from '@waybill/domain';
import type { RunningCiIssuer } from '@waybill/testing';
import type { ExchangeGround, Place } from './exchange-ground.js';
import { audience, githubRule } from './exchange-ground.js';
import { publishedRelease } from './published-release.js';

/** A project of GitHub that releases a package of its own name, and that several organizations may trust. */
export class SharedProject {
  readonly purl: PackagePurl;

  constructor(
    readonly ground: ExchangeGround,
    readonly issuer: RunningCiIssuer,
    readonly name: string,
  ) {
    this.purl = `pkg:npm/${name}` as PackagePurl;
  }

  trustedIn(place: Place, more: Parameters<typeof githubRule>[1] = {}): Promise<PublisherId> {
    return this.ground.publisher(githubRule(this.issuer, { repository: this.name, ...more }), {
      in: place,
      package: this.purl,
    });
  }

  /** An ID token of its release workflow. */
  idToken(claims: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const repository = `acme/${this.name}`;
    const workflow_ref = `${repository}/.github/workflows/release.yml@refs/tags/v1`;
    return this.issuer.token({ aud: audience, repository, workflow_ref, ...claims });
  }

  /** As npm and pnpm exchange it: with the package and no repository. */
  async exchange(wish: { readonly repository?: string } = {}, idToken = this.idToken()): Promise<string> {
    return (await this.ground.exchange(await idToken, { packagePurl: this.purl, ...wish })).token;
  }

  /** What publish tells when a release has come with such a token. */
  async published(place: Place, token: string, submittedAt = new Date()): Promise<void> {
    const principal = await this.ground.auth.principal({ token });
    const trustedPublisher = publisherIn(principal, place.repositoryId, this.purl);
    if (trustedPublisher === undefined) throw new Error('The token is not for that repository.');
    const by = { userId: null, trustedPublisher, submittedAt };
    const data = publishedRelease(place, this.purl, by);
    await this.ground.auth.emit(releasePublished, { aggregate: randomUUID(), version: 1, data });
  }

  /** The repositories that a token is for, with their publishers. */
  async placesOf(token: string): Promise<Record<string, string | undefined>> {
    const principal = await this.ground.auth.principal({ token });
    return Object.fromEntries(
      scopesOf(principal).map(({ on, publisherId }) => ['repositoryId' in on ? on.repositoryId : '', publisherId]),
    );
  }

  async row(publisherId: PublisherId): Promise<Record<string, unknown> | undefined> {
    const [row] = await this.ground.auth.query('SELECT * FROM trusted_publishers WHERE publisher_id = $1', [
      publisherId,
    ]);
    return row;
  }
}

export function scopesOf(principal: Principal) {
  return principal.kind === 'token' ? principal.scopes : [];
}
