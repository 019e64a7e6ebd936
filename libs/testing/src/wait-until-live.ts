import { setTimeout as delay } from 'node:timers/promises';

const readyWithinMs = 60_000;

export interface StartingServer {
  /** What people call it, for the error. */
  readonly name: string;
  /** Answers a GET with 2xx as soon as the server is ready. */
  readonly healthUrl: string;
  /** Resolves with the output of a server that gave up. */
  readonly ended: Promise<string>;
}

/** @throws Error when the server ended or was not ready in time */
export async function waitUntilLive({ name, healthUrl, ended }: StartingServer): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  let output: string | undefined;
  void ended.then((text) => (output = text));
  while (Date.now() < deadline) {
    if (output !== undefined) throw new Error(`${name} ended at start: ${output}`);
    const live = await fetch(healthUrl, { signal: AbortSignal.timeout(2_000) }).then(
      (response) => response.ok,
      () => false,
    );
    if (live) return;
    await delay(50);
  }
  throw new Error(`${name} was not ready within ${readyWithinMs / 1000} s.`);
}
