import { setTimeout as delay } from 'node:timers/promises';

const patienceMilliseconds = 30_000;
const pollMilliseconds = 50;

/**
 * Resolves when adapters have heard of a public repository that was just made: until then a publish to it is a 404. Nobody
 * in particular asks, since that tells the two apart (200, or 401). After half a minute it resolves anyway: whoever starts an
 * installation sees more in its log than in a start that never ends.
 */
export async function untilServed(listenUrl: string, slug: string): Promise<void> {
  const until = Date.now() + patienceMilliseconds;
  while (Date.now() < until) {
    const signal = AbortSignal.timeout(patienceMilliseconds);
    const answer = await fetch(`${listenUrl}/npm/${slug}/-/v1/search?size=1`, { signal }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok === true) return;
    await delay(pollMilliseconds);
  }
}
