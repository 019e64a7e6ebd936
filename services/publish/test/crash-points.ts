import { AsyncLocalStorage } from 'node:async_hooks';
import type { Type } from '@nestjs/common';
import type { RequestOf, submitRelease } from '@waybill/contracts';
import type { RunningService } from '@waybill/service-host';
import { DataSource } from 'typeorm';
import { ReleaseSettlement } from '../src/decisions/release-settlement.js';
import type { Hold } from '../src/packages/package.repository.js';
import { PackageRepository } from '../src/packages/package.repository.js';
import { pipelineSteps } from '../src/pipeline/pipeline.module.js';
import { SubmitPipeline } from '../src/pipeline/submit.pipeline.js';
import { ReleaseEvents } from '../src/releases/release-events.js';
import { ReleaseRepository } from '../src/releases/release.repository.js';

/** What the process that dies is told. */
export interface CrashTask {
  readonly variables: Readonly<Record<string, string>>;
  readonly pointName: string;
  readonly request: RequestOf<typeof submitRelease>;
}

/** A moment in the life of one release in which the process dies. */
export interface CrashPoint {
  readonly name: string;
  /** Whether the release is there afterwards. */
  readonly isRecorded: boolean;
  readonly arm: (app: RunningService['app'], scope: Scope) => void;
}

type Use = 'submit' | 'settle';

/** Runs `use` of the release that the test is about, so that others pass the same code unharmed. */
export class Scope {
  /** Whether its submission is over; what is sent from then on is about it. */
  isSubmitted = false;
  readonly #current = new AsyncLocalStorage<Use>();

  enter<Result>(use: Use, work: () => Result): Result {
    return this.#current.run(use, work);
  }

  is(use: Use): boolean {
    return this.#current.getStore() === use;
  }
}

type Method = (...parameters: unknown[]) => Promise<unknown>;

function around(target: object, method: string, replace: (original: Method) => Method): void {
  const original = (Reflect.get(target, method) as Method).bind(target);
  Object.defineProperty(target, method, { value: replace(original), configurable: true });
}

/** SIGKILL: nothing is finished, closed or rolled back by this process. */
function die(): Promise<never> {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
}

/** The first use of the method of the provider that is for that, before or after it does its work. */
function pointAt(
  use: Use,
  when: 'before' | 'after',
  [provider, method]: readonly [Type<object>, string],
  isRecorded: boolean,
): CrashPoint {
  return {
    name: `${use}: ${when} ${provider.name}.${method}`,
    isRecorded,
    arm: (app, scope) => {
      around(app.get(provider, { strict: false }), method, (original) => async (...parameters) => {
        if (scope.is(use) && when === 'before') await die();
        const result = await original(...parameters);
        if (scope.is(use) && when === 'after') await die();
        return result;
      });
    },
  };
}

/** The same where somebody else is at the package meanwhile: what was read of it without a lock is not so any more. */
function underLock({ name, isRecorded, arm }: CrashPoint): CrashPoint {
  return {
    name: `${name}, under the lock`,
    isRecorded,
    arm: (app, scope) => {
      arm(app, scope);
      around(app.get(ReleaseEvents, { strict: false }), 'announce', (original) => (...parameters) => {
        const { hold } = parameters[3] as { hold: Hold };
        return hold.kind === 'locked' ? original(...parameters) : Promise.resolve(false);
      });
    },
  };
}

const [firstStep, lastStep] = [pipelineSteps[0], pipelineSteps.at(-1)];

/** Between any two steps that the pipeline has, so that a new one is covered. */
const aroundSteps: readonly CrashPoint[] = pipelineSteps.flatMap((step) => [
  ...(step === firstStep ? [pointAt('submit', 'before', [step, 'run'], false)] : []),
  pointAt('submit', 'after', [step, 'run'], step === lastStep),
]);

const insideOfRecording: readonly CrashPoint[] = [
  pointAt('submit', 'before', [ReleaseEvents, 'announce'], false),
  pointAt('submit', 'after', [ReleaseEvents, 'announce'], true),
  underLock(pointAt('submit', 'after', [PackageRepository, 'lockOrCreate'], false)),
  underLock(pointAt('submit', 'before', [ReleaseEvents, 'announce'], false)),
  underLock(pointAt('submit', 'after', [ReleaseEvents, 'announce'], false)),
];

const insideOfSettling: readonly CrashPoint[] = [
  pointAt('settle', 'before', [ReleaseSettlement, 'settle'], true),
  pointAt('settle', 'before', [ReleaseEvents, 'announce'], true),
  pointAt('settle', 'after', [ReleaseEvents, 'announce'], true),
  underLock(pointAt('settle', 'after', [PackageRepository, 'lockOfRelease'], true)),
  underLock(pointAt('settle', 'before', [ReleaseEvents, 'announce'], true)),
  underLock(pointAt('settle', 'after', [ReleaseEvents, 'announce'], true)),
  pointAt('settle', 'after', [ReleaseSettlement, 'settle'], true),
];

/** The stream has the events, and the outbox does not know it yet. */
const afterRelaying: CrashPoint = {
  name: 'relay: after the events were sent, before that is noted',
  isRecorded: true,
  arm: (app, scope) => {
    const { logger } = app.get(DataSource, { strict: false });
    logger.logQuery = (sql: string) => {
      if (scope.isSubmitted && sql.includes('SET sent_at')) void die();
    };
  },
};

export const crashPoints: readonly CrashPoint[] = [
  ...aroundSteps,
  ...insideOfRecording,
  ...insideOfSettling,
  afterRelaying,
];

/** Marks what happens to the release with this purl, or this id once it has one. */
export function follow(app: RunningService['app'], scope: Scope, purl: string): void {
  around(app.get(SubmitPipeline, { strict: false }), 'submit', (original) => async (request) => {
    if (Reflect.get(request as object, 'purl') !== purl) return original(request);
    const reply = await scope.enter('submit', () => original(request));
    scope.isSubmitted = true;
    return reply;
  });
  const releases = app.get(ReleaseRepository, { strict: false });
  around(app.get(ReleaseSettlement, { strict: false }), 'settle', (original) => async (...parameters) => {
    const whole = await releases.findWhole(parameters[0] as Parameters<ReleaseRepository['findWhole']>[0]);
    const settle = () => original(...parameters);
    return whole?.release.purl === purl ? scope.enter('settle', settle) : settle();
  });
}
