import { autocannonLoad } from './autocannon.js';
import type { LoadGenerator } from './load.js';
import { isWrkInstalled, wrk } from './wrk.js';

export async function chooseLoad(): Promise<LoadGenerator> {
  return (await isWrkInstalled()) ? wrk : autocannonLoad;
}
