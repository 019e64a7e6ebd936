import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A `.cpuprofile` as V8 writes it (Chrome DevTools protocol, Profiler.Profile); times in microseconds. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly children?: readonly number[];
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const shownFunctions = 40;
const shownCallers = 2;
const leastShownShare = 0.002;
// The last is how a worker of piscina waits for its next task.
const notWork = ['(idle)', '(root)', 'atomicsWaitLoop'];

/** Nanoseconds of `process.hrtime`, which is the clock of profiles, too. */
export interface Window {
  readonly from: bigint;
  readonly to: bigint;
}

/** Prints, for every thread, where its time went in a window: by package, and by function with whoever called it. */
export async function printProfiles(directory: string, window: Window): Promise<void> {
  for (const file of await readdir(directory)) {
    if (!file.endsWith('.cpuprofile')) continue;
    const profile = JSON.parse(await readFile(join(directory, file), 'utf8')) as CpuProfile;
    console.log(`\n${file}`);
    print(selfTimes(profile, window, ({ functionName, url }) => (url === '' ? functionName : packageOf(url))));
    print(selfTimes(profile, window, (frame, callers) => [frame, ...callers].map(nameOf).join(' < ')));
  }
}

function nameOf({ functionName, url, lineNumber }: CallFrame): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  return url === '' ? name : `${name} ${placeOf(url)}:${lineNumber + 1}`;
}

/** The nearest callers that are not of Node itself, nearest first. */
function callersOf(id: number, profile: Tree): CallFrame[] {
  const callers: CallFrame[] = [];
  for (let above = profile.parents.get(id); above !== undefined; above = profile.parents.get(above)) {
    const frame = profile.frames.get(above);
    if (frame === undefined || frame.url === '' || frame.url.startsWith('node:')) continue;
    callers.push(frame);
    if (callers.length === shownCallers) break;
  }
  return callers;
}

interface Tree {
  readonly frames: ReadonlyMap<number, CallFrame>;
  readonly parents: ReadonlyMap<number, number>;
}

type CallFrame = CpuProfile['nodes'][number]['callFrame'];

function selfTimes(
  profile: CpuProfile,
  window: Window,
  keyOf: (frame: CallFrame, callers: readonly CallFrame[]) => string,
): Map<string, number> {
  const tree: Tree = {
    frames: new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame])),
    parents: new Map(profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const))),
  };
  const [from, to] = [Number(window.from / 1000n), Number(window.to / 1000n)];
  const times = new Map<string, number>();
  let now = profile.startTime;
  for (const [index, id] of profile.samples.entries()) {
    const elapsed = profile.timeDeltas[index] ?? 0;
    now += elapsed;
    const frame = tree.frames.get(id);
    if (now < from || now > to || frame === undefined || notWork.includes(frame.functionName)) continue;
    const key = keyOf(frame, callersOf(id, tree));
    times.set(key, (times.get(key) ?? 0) + elapsed);
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
