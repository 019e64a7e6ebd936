export { adapterConformance, adapterWiring } from './adapter-conformance.js';
export type { AdapterUnderTest, NamedVersion } from './adapter-under-test.js';
export { answering } from './answering.js';
export * from './principals.js';
export {
  type AdapterToRun,
  type Answer,
  type Call,
  externalUrl,
  type RunningAdapter,
  startAdapter,
} from './running-adapter.js';
