import { isProjectName } from '../names/project-name.js';
import { shown } from '../names/shown-value.js';
import { parseVersion } from '../versions/python-version.js';
import { isSpecifierSet } from '../versions/specifiers.js';
import { contentTypeProblem } from './description-content-type.js';
import type { FieldKey } from './fields.js';
import { fieldByHeader, fieldByKey, metadataVersions } from './fields.js';
import { importNameProblem } from './import-name.js';
import { licenseFileProblem } from './license-file.js';
import { canonicalLicenseExpression } from './license-expression.js';
import type { MetadataProblem } from './metadata-problem.js';
import { isWebAddress, parseProjectUrl } from './project-url.js';
import type { RawMetadata } from './raw-metadata.js';
import { parseRequirement } from './requirement.js';

const maxValues = 5000;
const maxCharacters = 16_384;
/** Old packages have the text of their license there, and their keywords as an essay. */
const longFields: Partial<Record<FieldKey, number>> = { description: 4_194_304, license: 1_048_576, keywords: 65_536 };
const email = /^[^\s@<>",;:\\]+@[^\s@<>",;:\\]+\.[^\s@<>",;:\\]+$/;

type Judge = (value: string, header: string) => string | undefined;

/** What is wrong with each value, in the words of `packaging` and Warehouse; in the order of the specification. */
const judges: Partial<Record<FieldKey, Judge>> = {
  metadataVersion: (value) =>
    metadataVersions.some((one) => one === value) ? undefined : `${shown(value)} is not a valid metadata version`,
  name: (value, header) => (isProjectName(value) ? undefined : `${shown(value)} is invalid for '${header}'`),
  version: judgeVersion,
  summary: (value, header) => {
    if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value)) return `'${header}' must be a single line`;
    return value.length > 512 ? `'${header}' field must be 512 characters or less.` : undefined;
  },
  descriptionContentType: contentTypeProblem,
  authorEmail: judgeEmails,
  maintainerEmail: judgeEmails,
  homePage: (value) => (isWebAddress(value) ? undefined : `${shown(value)} is not a valid url.`),
  downloadUrl: (value) => (isWebAddress(value) ? undefined : `${shown(value)} is not a valid url.`),
  requiresPython: (value, header) => (isSpecifierSet(value) ? undefined : `${shown(value)} is invalid for '${header}'`),
  requiresDist: judgeRequirement,
  providesDist: judgeRequirement,
  obsoletesDist: judgeRequirement,
  providesExtra: (value, header) => (isProjectName(value) ? undefined : `${shown(value)} is invalid for '${header}'`),
  projectUrls: judgeProjectUrl,
  dynamic: judgeDynamic,
  licenseExpression: (value, header) =>
    canonicalLicenseExpression(value) === undefined ? `${shown(value)} is invalid for '${header}'` : undefined,
  licenseFiles: licenseFileProblem,
  importNames: importNameProblem,
  importNamespaces: importNameProblem,
};

/**
 * Everything that is wrong with core metadata, each field and value by itself (security.md P9, I6). A field in a version of
 * the format that did not have it yet is none: setuptools wrote `License-File` years before 2.4.
 */
export function problemsOf({ values }: RawMetadata): MetadataProblem[] {
  const problems: MetadataProblem[] = [];
  for (const key of ['metadataVersion', 'name', 'version'] as const) {
    const { header } = fieldByKey.get(key) ?? { header: key };
    if (!values.has(key)) problems.push({ field: header, reason: `'${header}' is a required field` });
  }
  for (const [key, all] of values) {
    const header = fieldByKey.get(key)?.header ?? key;
    const reason = all.length > maxValues ? `'${header}' has too many values` : firstProblem(key, header, all);
    if (reason !== undefined) problems.push({ field: header, reason });
  }
  if (values.has('license') && values.has('licenseExpression')) {
    const reason =
      'License is deprecated when License-Expression is present. Only License-Expression should be present.';
    problems.push({ field: 'license', reason });
  }
  return problems;
}

function firstProblem(key: FieldKey, header: string, values: readonly string[]): string | undefined {
  const maxLength = longFields[key] ?? maxCharacters;
  for (const value of values) {
    if (value.length > maxLength) return `'${header}' field must be ${maxLength} characters or less.`;
    if (value.includes('\0')) return `'${header}' has invalid data`;
    const problem = judges[key]?.(value, header);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function judgeVersion(value: string, header: string): string | undefined {
  const version = parseVersion(value);
  if (version === undefined) return `${shown(value)} is invalid for '${header}'`;
  if (version.local === undefined) return undefined;
  return `The use of local versions in ${shown(version.canonical)} is not allowed.`;
}

// Names and addresses in any number; of those that have the form of an address, each has to be one.
function judgeEmails(value: string): string | undefined {
  const addresses = value
    .split(',')
    .flatMap((part) => /<([^<>]*)>\s*$/.exec(part)?.[1] ?? (/^\S+@/.test(part.trim()) ? part : []));
  const wrong = addresses.map((address) => address.trim()).find((address) => address !== '' && !email.test(address));
  return wrong === undefined ? undefined : `${shown(wrong)} is not a valid email address`;
}

function judgeRequirement(value: string, header: string): string | undefined {
  const requirement = parseRequirement(value);
  if (requirement === undefined) return `${shown(value)} is invalid for '${header}'`;
  return requirement.url === undefined ? undefined : `Can't have direct dependency: ${shown(value)}`;
}

function judgeProjectUrl(value: string): string | undefined {
  const { label, url } = parseProjectUrl(value);
  if (label === '') return 'Must have a label';
  if (label.length > 32) return `${shown(label)} must be 32 characters or less.`;
  if (url === '') return 'Must have a URL';
  return isWebAddress(url) ? undefined : `${shown(url)} is not a valid url`;
}

function judgeDynamic(value: string): string | undefined {
  const field = value.toLowerCase();
  if (['name', 'version', 'metadata-version'].includes(field))
    return `${shown(field)} is not allowed as a dynamic field`;
  return fieldByHeader.has(field) && field !== 'dynamic'
    ? undefined
    : `Dynamic field ${shown(field)} is not a valid dynamic field.`;
}
