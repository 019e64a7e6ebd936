import { DomainError } from '@waybill/domain';
import type { ProjectName } from './project-name.js';
import { fileNamePartOf, normalizeName } from './project-name.js';
import { shown } from './shown-value.js';
import { standardLibrary } from './standard-library.js';

/** Why nobody may have a name: it is that of a module of Python itself, or people type it meaning something else. */
export type NameReservation = 'standard-library' | 'reserved';

// What is typed by mistake where a name belongs: `pip install requirements.txt`, `pip install python`, …, and names that
// file systems and browsers have a meaning of their own for.
const reserved = new Set(
  [
    ...['requirements.txt', 'requirements', 'requirement.txt', 'rrequirements.txt', 'requirements-txt.txt'],
    ...['pyproject.toml', 'setup.py', 'setup.cfg', 'pipfile', 'pipfile.lock', 'poetry.lock', 'uv.lock', 'pylock.toml'],
    ...['environment.yml', 'python', 'python2', 'python3', 'stdlib', 'site-packages', 'dist-packages', 'sitecustomize'],
    ...['usercustomize', 'pycache', 'favicon.ico', 'robots.txt'],
    ...['con', 'prn', 'aux', 'nul', 'com1', 'com2', 'com3', 'com4', 'lpt1', 'lpt2', 'lpt3'],
  ].map((name) => normalizeName(name)),
);

const modules: ReadonlySet<string> = new Set(standardLibrary.trim().split(/\s+/));

/** Whether a name is kept from projects, and why (security.md P13; Warehouse `check_project_name`, PEP 541). */
export function reservationOf(name: ProjectName): NameReservation | undefined {
  if (modules.has(name)) return 'standard-library';
  return reserved.has(name) ? 'reserved' : undefined;
}

/** Refuses a new project of such a name. Errors: `invalid` `pypi.name-standard-library` | `pypi.name-reserved`. */
export function assertNotReserved(name: ProjectName, display: string): void {
  const reservation = reservationOf(name);
  if (reservation === undefined) return;
  const reason =
    reservation === 'standard-library'
      ? `(conflict with the Python standard library module name ${shown(fileNamePartOf(name))})`
      : '(it is reserved)';
  throw new DomainError('invalid', `pypi.name-${reservation}`, `The name ${shown(display)} isn't allowed ${reason}.`);
}
