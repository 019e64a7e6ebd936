import type { PackagePurl } from '@waybill/domain';
import { parsePackagePurl } from '@waybill/domain';
import type { ProjectName } from '../names/project-name.js';
import { parseProjectName } from '../names/project-name.js';

/** The project of a package, or undefined for a package of another ecosystem. */
export function projectNameIn(purl: PackagePurl): ProjectName | undefined {
  const { ecosystem, name } = parsePackagePurl(purl);
  return ecosystem === 'pypi' ? parseProjectName(name) : undefined;
}
