import { childrenOf, programOf } from '../processes.js';
import type { WaybillProcess } from '../waybill-process.js';

/** How each part is found among the processes of an installation that runs in separate ones. */
const programs = {
  publish: (program: string) => program.includes('/services/publish/'),
  scanner: (program: string) => program.includes('/services/scanner/'),
  'adapter-npm': (program: string) => program.includes('/services/adapter-npm/'),
  auth: (program: string) => program.includes('/services/auth/'),
  search: (program: string) => program.includes('/services/search/'),
  notifications: (program: string) => program.includes('/services/notifications/'),
  gateway: (program: string) => program.includes('/services/gateway/'),
  'nats-server': (program: string) => program.includes('nats-server') && program.includes('.conf'),
  PostgreSQL: (program: string) => /postgres(:|\S* -D )/.test(program),
};

export type Part = keyof typeof programs;
export const parts = Object.keys(programs) as readonly Part[];

/** All processes of a part, the first one first: PostgreSQL has one for each connection. */
export function processesOf(waybill: WaybillProcess, part: Part): number[] {
  return childrenOf(waybill.pid).filter((pid) => programs[part](programOf(pid)));
}

/** Halts a part: its connections stay open, and nothing answers on them. Call what it answers to let it go on. */
export function halt(waybill: WaybillProcess, part: Part): () => void {
  const pids = processesOf(waybill, part);
  if (pids.length === 0) throw new Error(`${part} does not run.`);
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  return () => {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  };
}
