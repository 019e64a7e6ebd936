import type { ReleaseFacts, ReplyOf, RepositoryFacts } from '@waybill/contracts';
import { submitRelease } from '@waybill/contracts';
import type { Principal } from '@waybill/domain';
import type { KnownPeople } from './known-people.js';
import { memberOf } from './principals.js';
import { publishEnvironment } from './publish-environment.js';
import type { Answer, RunningPublish, Sent, Submitted } from './running-publish.js';
import { startPublish } from './running-publish.js';
import { SecondFactors } from './second-factors.js';

export const stagedPath = '/api/v1/staged-releases';

/** A `publish` with people who approve, and what they do with staged releases. */
export class StagedGround {
  readonly stop: () => Promise<void>;

  private constructor(
    readonly publish: RunningPublish,
    readonly factors: SecondFactors,
    readonly people: KnownPeople,
    dispose: () => Promise<void>,
  ) {
    this.stop = async () => {
      await publish.stop();
      await dispose();
    };
  }

  static async start(): Promise<StagedGround> {
    const environment = await publishEnvironment();
    const factors = new SecondFactors(environment);
    const { people } = environment;
    return new StagedGround(await startPublish(environment), factors, people, () => environment.dispose());
  }

  /** Somebody else each time. */
  approver(): Principal {
    return memberOf(this.publish.organizationId, 'owner');
  }

  async stage(wanted: Submitted): Promise<ReplyOf<typeof submitRelease>> {
    return this.publish.ask(submitRelease, { ...(await this.publish.submission(wanted)), stage: true });
  }

  async staged(wanted: Submitted): Promise<ReleaseFacts> {
    return (await this.stage(wanted)).release;
  }

  approve({ releaseId }: Pick<ReleaseFacts, 'releaseId'>, as: Principal, sent: Omit<Sent, 'as'> = {}): Promise<Answer> {
    return this.publish.http('POST', `${stagedPath}/${releaseId}/approve`, { body: {}, ...sent, as });
  }

  reject({ releaseId }: Pick<ReleaseFacts, 'releaseId'>, as: Principal): Promise<Answer> {
    return this.publish.http('POST', `${stagedPath}/${releaseId}/reject`, { body: { reason: 'not this one' }, as });
  }

  /** What the repository asks of staged releases from now on. */
  policy(repository: RepositoryFacts, policy: { approvals: number; stagedOnly: boolean }): Promise<Answer> {
    const target = `/api/v1/repositories/${repository.slug}/staging-policy`;
    return this.publish.http('PUT', target, { as: this.publish.owner, body: policy });
  }

  async needing(approvals: number): Promise<RepositoryFacts> {
    const repository = await this.publish.repository();
    await this.policy(repository, { approvals, stagedOnly: false });
    return repository;
  }

  /** The kinds of events of a release, oldest first. */
  async eventsOf({ releaseId }: Pick<ReleaseFacts, 'releaseId'>): Promise<string[]> {
    const events = await this.publish.replay();
    return events.flatMap(({ type, data }) =>
      (data as { releaseId?: string }).releaseId === releaseId ? [type.split('.')[2] ?? ''] : [],
    );
  }
}
