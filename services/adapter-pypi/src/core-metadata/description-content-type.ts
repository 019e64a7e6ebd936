import { shown } from '../names/shown-value.js';

const types = ['text/plain', 'text/x-rst', 'text/markdown'];
const variants = ['GFM', 'CommonMark'];
const parameter = /^\s*(?<name>[A-Za-z0-9-]+)\s*=\s*(?:"(?<quoted>[^"\\]*)"|(?<bare>[^\s";]+))\s*$/;

/** What is wrong with a description's content type (PEP 566, core metadata `Description-Content-Type`). */
export function contentTypeProblem(value: string, header: string): string | undefined {
  const [type = '', ...parameters] = value.split(';');
  if (!types.includes(type.trim().toLowerCase())) {
    return `'${header}' must be one of ${types.join(', ')}, not ${shown(value)}`;
  }
  for (const written of parameters.filter((one) => one.trim() !== '')) {
    const { name, quoted, bare } = parameter.exec(written)?.groups ?? {};
    const given = quoted ?? bare;
    if (name === undefined || given === undefined) return `${shown(value)} is not a valid content type for '${header}'`;
    if (name.toLowerCase() === 'charset' && given.toLowerCase() !== 'utf-8') {
      return `'${header}' can only specify the UTF-8 charset, not ${shown(given)}`;
    }
    if (
      name.toLowerCase() === 'variant' &&
      type.trim().toLowerCase() === 'text/markdown' &&
      !variants.includes(given)
    ) {
      return `valid Markdown variants for '${header}' are ${variants.join(', ')}, not ${shown(given)}`;
    }
  }
  return undefined;
}
