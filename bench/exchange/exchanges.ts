import type { RunningCiIssuer } from '@waybill/testing';
import type { Answered } from '../auth/strangers.js';
import { quantile } from '../load/statistics.js';
import { ask } from '../npm/ask.js';
import { jobOf } from './publishers.js';

/** Requests that are ready to be sent: signing would take the time that is measured. */
export function signExchanges(
  issuer: RunningCiIssuer,
  { audience, publishers, count }: { readonly audience: string; readonly publishers: number; readonly count: number },
): Promise<Buffer[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const { claims, packagePurl } = jobOf(Math.floor((index * publishers) / count));
      return Buffer.from(
        JSON.stringify({
          grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
          subject_token: await issuer.token({ ...claims, aud: audience }),
          subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
          package: packagePurl,
        }),
      );
    }),
  );
}

/** Exchanges each of them once, so many at a time. */
export async function exchangeAll(url: string, requests: readonly Buffer[], clients: number): Promise<Answered> {
  const waiting = requests.values();
  const milliseconds: number[] = [];
  const began = performance.now();
  const client = async () => {
    for (const body of waiting) {
      const before = performance.now();
      const headers = { 'content-type': 'application/json' };
      const answer = await ask(`${url}/api/v1/oidc/exchange`, { method: 'POST', headers, body });
      if (answer.status !== 200) throw new Error(`An exchange: ${answer.status} ${answer.body.toString()}`);
      milliseconds.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return {
    requestsPerSecond: (requests.length / (performance.now() - began)) * 1000,
    p50Milliseconds: quantile(milliseconds, 0.5),
    p99Milliseconds: quantile(milliseconds, 0.99),
  };
}
