/** How a provider compares a name: GitHub's `Acme` and `acme` are one owner, its ids and files are exact. */
export type CaseRule = 'exact' | 'ignore-case';

/**
 * A name in the form in which it is compared. Only the letters of ASCII are folded: the provider folds no others, and
 * Unicode would make two names one (`K` of Kelvin becomes `k`) (T8).
 */
export function folded(text: string, rule: CaseRule): string {
  return rule === 'exact' ? text : text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
