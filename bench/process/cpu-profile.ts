import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A `.cpuprofile` as V8 writes it (Chrome DevTools protocol, Profiler.Profile); times in microseconds. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const shownFunctions = 40;
const leastShownShare = 0.002;
const notWork = ['(idle)', '(root)'];

/** Prints, for every thread, where its time went: by package or folder, and by function, its own time only. */
export async function printProfiles(directory: string): Promise<void> {
  for (const file of await readdir(directory)) {
    const profile = JSON.parse(await readFile(join(directory, file), 'utf8')) as CpuProfile;
    const byFunction = selfTimes(profile, ({ functionName, url, lineNumber }) => {
      return `${functionName === '' ? '(anonymous)' : functionName} ${placeOf(url)}:${lineNumber + 1}`;
    });
    console.log(`\n${file}`);
    print(selfTimes(profile, ({ functionName, url }) => (url === '' ? functionName : packageOf(url))));
    print(byFunction);
  }
}

type CallFrame = CpuProfile['nodes'][number]['callFrame'];

function selfTimes(profile: CpuProfile, keyOf: (frame: CallFrame) => string): Map<string, number> {
  const keys = new Map(profile.nodes.map(({ id, callFrame }) => [id, keyOf(callFrame)]));
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame.functionName]));
  const times = new Map<string, number>();
  for (const [index, id] of profile.samples.entries()) {
    const key = keys.get(id) ?? '';
    if (notWork.includes(names.get(id) ?? '')) continue;
    times.set(key, (times.get(key) ?? 0) + (profile.timeDeltas[index] ?? 0));
  }
  return times;
}

function print(times: ReadonlyMap<string, number>): void {
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  const sorted = [...times].toSorted(([, left], [, right]) => right - left);
  const shown = sorted.slice(0, shownFunctions).filter(([, time]) => time / total > leastShownShare);
  console.table(
    shown.map(([what, time]) => ({ what, 'own ms': Math.round(time / 1000), share: percent(time / total) })),
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function placeOf(url: string): string {
  return url
    .replace(/^file:\/\//, '')
    .replace(/^.*\/node_modules\//, '')
    .replace(/^.*\/((?:libs|services)\/)/, '$1');
}

function packageOf(url: string): string {
  if (url.startsWith('node:')) return url;
  const [first = '', second = ''] = placeOf(url).split('/');
  return first.startsWith('@') || first === 'libs' || first === 'services' ? `${first}/${second}` : first;
}
