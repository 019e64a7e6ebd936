import { DomainError } from '@waybill/domain';
import { isObject } from '../publish/package-json.js';

const maxPackages = 50_000;

/** Errors: `invalid` `npm.audit` for what is not `{"<package>": ["<version>", …]}`. */
export function assertBulkQuestion(body: unknown): void {
  if (!isObject(body)) throw malformed('is not an object of packages');
  const entries = Object.values(body);
  if (entries.length > maxPackages) throw malformed(`asks about more than ${maxPackages} packages`);
  const versions = (value: unknown) => Array.isArray(value) && value.every((version) => typeof version === 'string');
  if (!entries.every(versions)) throw malformed('has a package without a list of versions');
}

export interface DependencyCounts {
  readonly dependencies: number;
  readonly devDependencies: number;
  readonly optionalDependencies: number;
  readonly totalDependencies: number;
}

/**
 * Counts a tree of dependencies as npm 6 and pnpm send it: `dependencies` within `dependencies`, each marked `dev` or
 * `optional`. Errors: `invalid` `npm.audit` for what is no such tree.
 */
export function countDependencies(body: unknown): DependencyCounts {
  if (!isObject(body)) throw malformed('is not a tree of dependencies');
  const counts = { dependencies: 0, devDependencies: 0, optionalDependencies: 0, totalDependencies: 0 };
  // No recursion: how deep the tree is, is the sender's choice.
  const waiting: unknown[] = [body['dependencies'] ?? {}];
  for (let level = waiting.pop(); level !== undefined; level = waiting.pop()) {
    if (!isObject(level)) throw malformed('has dependencies that are not an object');
    for (const node of Object.values(level)) {
      if (!isObject(node)) throw malformed('has a dependency that is not an object');
      counts[kindOf(node)] += 1;
      counts.totalDependencies += 1;
      if (counts.totalDependencies > maxPackages) throw malformed(`has more than ${maxPackages} dependencies`);
      if (node['dependencies'] !== undefined) waiting.push(node['dependencies']);
    }
  }
  return counts;
}

function kindOf(node: Record<string, unknown>): 'dependencies' | 'devDependencies' | 'optionalDependencies' {
  if (node['dev'] === true) return 'devDependencies';
  return node['optional'] === true ? 'optionalDependencies' : 'dependencies';
}

/** The report of `npm audit` before npm 7: nothing is known of any vulnerability. */
export function emptyReport(counts: DependencyCounts): object {
  const vulnerabilities = { info: 0, low: 0, moderate: 0, high: 0, critical: 0 };
  return { actions: [], advisories: {}, muted: [], metadata: { vulnerabilities, ...counts } };
}

function malformed(what: string): DomainError {
  return new DomainError('invalid', 'npm.audit', `The body ${what}.`);
}
