import { randomUUID } from 'node:crypto';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { exchangeIdToken } from '@waybill/contracts';
import type { Action, OrganizationId, PackagePurl, PublisherId, RepositoryId } from '@waybill/domain';
import { type CiIssuerOptions, type RunningCiIssuer, startCiIssuer } from '@waybill/testing';
import type { ProviderName, TrustedPublisherDraft } from '@waybill/trusted-publishing';
import { fromGithub, fromGitlab, lookupKey } from '@waybill/trusted-publishing';
import { ExchangeCare } from '../src/token-exchange/exchange-care.turn.js';
import type { Answer } from './auth-conversation.js';
import { type RunningAuth, startAuth } from './running-auth.js';

export const audience = 'waybill.example';
export const leftPad = 'pkg:npm/left-pad' as PackagePurl;

export interface Place {
  readonly repositoryId: RepositoryId;
  readonly organizationId: OrganizationId;
  readonly slug: string;
}

export type Target =
  | { readonly in: Place; readonly package?: string; readonly pattern?: string }
  | { readonly organization: OrganizationId; readonly pattern: string };

/** What exchanges of ID tokens need: auth, issuers that it knows, repositories and publishers. */
export class ExchangeGround {
  readonly auth: RunningAuth;
  readonly acme: OrganizationId;
  readonly #issuers: RunningCiIssuer[] = [];

  private constructor(auth: RunningAuth, acme: OrganizationId) {
    this.auth = auth;
    this.acme = acme;
  }

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<ExchangeGround> {
    const auth = await startAuth({
      settings: {
        WAYBILL_OIDC_ALLOWED_NETWORKS: '127.0.0.1',
        WAYBILL_OIDC_ALLOW_HTTP: 'yes',
        WAYBILL_OIDC_EXCHANGES_PER_MINUTE: '0',
        WAYBILL_OIDC_FAILURES_PER_MINUTE: '0',
        ...settings,
      },
    });
    return new ExchangeGround(auth, (await auth.organizationId('acme')) as OrganizationId);
  }

  async stop(): Promise<void> {
    await this.auth.stop();
    for (const issuer of this.#issuers) await issuer.stop();
  }

  /** An issuer that the whole installation knows. */
  async issuer(provider: ProviderName, options?: CiIssuerOptions): Promise<RunningCiIssuer> {
    const issuer = await this.strangeIssuer(provider, options);
    await this.register(issuer);
    return issuer;
  }

  /** One that nobody has registered. */
  async strangeIssuer(provider: ProviderName, options?: CiIssuerOptions): Promise<RunningCiIssuer> {
    const issuer = await startCiIssuer(provider, options);
    this.#issuers.push(issuer);
    return issuer;
  }

  async register({ provider, issuer: url }: RunningCiIssuer, path = '/api/v1/oidc/issuers'): Promise<Answer> {
    const made = await this.auth.http('POST', path, { as: this.auth.admin, body: { provider, url, title: 'test' } });
    if (made.status !== 201) throw new Error(`no issuer: ${made.text}`);
    return made;
  }

  async repository(slug: string, organizationId = this.acme): Promise<Place> {
    const repositoryId = randomUUID() as RepositoryId;
    await this.auth.query(`INSERT INTO known_repositories (repository_id, organization_id, slug) VALUES ($1, $2, $3)`, [
      repositoryId,
      organizationId,
      slug,
    ]);
    return { repositoryId, organizationId, slug };
  }

  async organization(name: string): Promise<OrganizationId> {
    const made = await this.auth.http('POST', '/api/v1/orgs', { as: this.auth.admin, body: { name } });
    if (made.status !== 201) throw new Error(`no organization: ${made.text}`);
    return (await this.auth.organizationId(name)) as OrganizationId;
  }

  async publisher(
    rule: TrustedPublisherDraft,
    targets: Target | readonly Target[],
    actions: readonly Action[] = ['publish'],
  ): Promise<PublisherId> {
    const publisherId = randomUUID() as PublisherId;
    const all = [targets].flat();
    const [first] = all;
    const organizationId =
      first === undefined || 'organization' in first ? first?.organization : first.in.organizationId;
    await this.auth.query(
      `INSERT INTO trusted_publishers (publisher_id, organization_id, provider, issuer, lookup_key, rule, actions, created_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'test')`,
      [publisherId, organizationId, rule.provider, rule.issuer, lookupKey(rule), rule, actions],
    );
    for (const target of all) await this.#target(publisherId, target);
    return publisherId;
  }

  async #target(publisherId: PublisherId, target: Target): Promise<void> {
    const named = 'in' in target ? target.package : undefined;
    const kind = named !== undefined ? 'package' : target.pattern !== undefined ? 'pattern' : 'repository';
    await this.auth.query(
      `INSERT INTO trusted_publisher_targets (target_id, publisher_id, kind, repository_id, package_purl, purl_prefix, target)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        randomUUID(),
        publisherId,
        kind,
        'in' in target ? target.in.repositoryId : null,
        named ?? null,
        target.pattern ?? null,
        JSON.stringify(target),
      ],
    );
  }

  /** As an adapter asks. */
  exchange(
    idToken: string,
    wish: Partial<RequestOf<typeof exchangeIdToken>> = {},
  ): Promise<ReplyOf<typeof exchangeIdToken>> {
    return this.auth.ask(exchangeIdToken, {
      idToken,
      audiences: [audience],
      ecosystem: 'npm',
      packagePurl: leftPad,
      clientAddress: '10.0.0.1',
      userAgent: 'test',
      requestId: 'test',
      ...wish,
    });
  }

  /** As clients of OAuth ask. */
  exchangeByHttp(idToken: string, more: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    const body = {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: idToken,
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      ...more,
    };
    return this.auth.http('POST', '/api/v1/oidc/exchange', { body });
  }

  /** What the background turn does hourly. */
  careForExchanges(): Promise<void> {
    return this.auth.get(ExchangeCare, { strict: false }).take();
  }

  async count(sql: string, parameters: unknown[] = []): Promise<number> {
    const [row] = await this.auth.query(`SELECT count(*)::int AS count FROM ${sql}`, parameters);
    return Number(row?.['count']);
  }
}

/** What the example of a GitHub token says. */
export function githubRule(
  { issuer }: RunningCiIssuer,
  more: Partial<TrustedPublisherDraft> & { readonly repository?: string } = {},
): TrustedPublisherDraft {
  const { repository = 'left-pad', ...rest } = more;
  return { ...fromGithub({ issuer, owner: 'acme', repository, workflow: 'release.yml' }), ...rest };
}

export function gitlabRule({ issuer }: RunningCiIssuer): TrustedPublisherDraft {
  return fromGitlab({ issuer, projectPath: 'acme/tools/left-pad', configurationFile: '.gitlab-ci.yml' });
}

/** The code of the error, or what was answered. */
export async function outcome(asked: Promise<unknown>): Promise<unknown> {
  return asked.then(
    () => 'ok',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );
}
