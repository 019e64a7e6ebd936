import { ask } from './ask.js';
import type { PublishBody, Sample } from './sample.js';
import { publishBody } from './sample.js';

export interface Target {
  readonly registryUrl: string;
  readonly token: string;
}

export interface PublishTimes {
  /** From the first byte sent to the answer. */
  readonly answeredMilliseconds: number;
  /** From the first byte sent to the packument that shows the version. */
  readonly visibleMilliseconds: number;
}

const visibleWithinMilliseconds = 30_000;

export async function publishSample(target: Target, sample: Sample): Promise<void> {
  await putBody(target, await publishBody(target.registryUrl, sample));
}

/** PUTs a body. Throws with what the registry said when it did not take it. */
export async function putBody({ registryUrl, token }: Target, { name, bytes }: PublishBody): Promise<void> {
  const answer = await ask(`${registryUrl}/${name}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: bytes,
  });
  if (answer.status >= 300) throw new Error(`PUT ${name}: ${answer.status} ${answer.body.toString().slice(0, 500)}`);
}

/** PUTs a body and asks until the packument shows its version; a registry that keeps its word needs one question. */
export async function publishUntilVisible(target: Target, body: PublishBody): Promise<PublishTimes> {
  const began = performance.now();
  await putBody(target, body);
  const answeredMilliseconds = performance.now() - began;
  while (!(await isVisible(target, body))) {
    if (performance.now() - began > visibleWithinMilliseconds) throw new Error(`${body.name} did not become visible.`);
  }
  return { answeredMilliseconds, visibleMilliseconds: performance.now() - began };
}

async function isVisible({ registryUrl }: Target, { name, version }: PublishBody): Promise<boolean> {
  const { status, body } = await ask(`${registryUrl}/${name}`);
  if (status !== 200) return false;
  const { versions } = JSON.parse(body.toString()) as { versions: Record<string, unknown> };
  return version in versions;
}
