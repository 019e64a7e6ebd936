import type { LoadGenerator, LoadResult } from '../load/load.js';
import { median } from '../load/statistics.js';
import { ask } from '../npm/ask.js';
import type { Installation } from './installation.js';

const username = 'signs-in-often';
const password = 'a password for the bench';
const loginsAtOnce = 4;
const connections = 8;

export interface LoginFigures {
  readonly loginsPerSecond: number;
  readonly quiet: LoadResult;
  readonly busy: LoadResult;
}

/** Private reads of a known caller, in turn with and without people who sign in: median of the rounds. */
export async function measureLogins(
  { url, packumentUrl, adminToken, tokens }: Installation,
  load: LoadGenerator,
  sizes: { readonly rounds: number; readonly secondsPerRound: number },
): Promise<LoginFigures> {
  await createUser(url, adminToken);
  const [token = ''] = tokens;
  const headers = { authorization: `Bearer ${token}`, 'accept-encoding': 'gzip,deflate' };
  const reads = () => load.run({ url: packumentUrl, headers, connections, seconds: sizes.secondsPerRound });
  const quiet: LoadResult[] = [];
  const busy: LoadResult[] = [];
  const logins: number[] = [];
  await reads();
  for (let round = 0; round < sizes.rounds; round += 1) {
    quiet.push(await reads());
    const signingIn = signInUntilStopped(url);
    const began = performance.now();
    busy.push(await reads());
    const count = await signingIn.stop();
    logins.push((count / (performance.now() - began)) * 1000);
  }
  return { loginsPerSecond: median(logins), quiet: middleOf(quiet), busy: middleOf(busy) };
}

function signInUntilStopped(url: string): { stop(): Promise<number> } {
  let stopped = false;
  let count = 0;
  const worker = async () => {
    while (!stopped) {
      const { status, body } = await ask(`${url}/api/v1/sessions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify({ username, password })),
      });
      if (status !== 201) throw new Error(`Signing in: ${status} ${body.toString().slice(0, 300)}`);
      count += 1;
    }
  };
  const all = Promise.all(Array.from({ length: loginsAtOnce }, worker));
  return {
    stop: async () => {
      stopped = true;
      await all;
      return count;
    },
  };
}

async function createUser(url: string, token: string): Promise<void> {
  const { status } = await ask(`${url}/api/v1/users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ username, password })),
  });
  if (status !== 201) throw new Error(`Creating a user: ${status}`);
}

function middleOf(results: readonly LoadResult[]): LoadResult {
  const middle = (pick: (result: LoadResult) => number) => median(results.map(pick));
  return {
    requests: middle((result) => result.requests),
    requestsPerSecond: middle((result) => result.requestsPerSecond),
    p50Milliseconds: middle((result) => result.p50Milliseconds),
    p99Milliseconds: middle((result) => result.p99Milliseconds),
  };
}
