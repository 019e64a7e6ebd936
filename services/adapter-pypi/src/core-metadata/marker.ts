const maxDepth = 50;
const maxTokens = 2000;
const variables = new Set([
  ...['os_name', 'sys_platform', 'platform_machine', 'platform_python_implementation', 'platform_release'],
  ...['platform_system', 'platform_version', 'python_version', 'python_full_version', 'implementation_name'],
  ...['implementation_version', 'extra', 'extras', 'dependency_groups'],
]);
// Names from before PEP 508 that installers still read.
const formerNames: Readonly<Record<string, string>> = {
  'os.name': 'os_name',
  'sys.platform': 'sys_platform',
  'platform.version': 'platform_version',
  'platform.machine': 'platform_machine',
  'platform.python_implementation': 'platform_python_implementation',
  python_implementation: 'platform_python_implementation',
};
const token =
  /[ \t\n]*(?:(?<text>'[^'\n]*'|"[^"\n]*")|(?<operator>===|==|~=|!=|<=|>=|<|>)|(?<paren>[()])|(?<word>[a-z_.]+))/y;

/**
 * The marker of a dependency in one spelling (PEP 508 "Environment markers"), undefined for what is none. What it says is
 * for installers to judge; here it is only known to be one that they read alike.
 */
export function parseMarker(text: string): string | undefined {
  const tokens = tokensOf(text);
  if (tokens === undefined) return undefined;
  const reader = new MarkerReader(tokens);
  return reader.readAny(0) && reader.atEnd ? tokens.join(' ') : undefined;
}

/** Everything in its one spelling; a text that has a backslash would be read as Python reads it, so there is none. */
function tokensOf(text: string): string[] | undefined {
  const tokens: string[] = [];
  token.lastIndex = 0;
  const trimmed = text.trimEnd();
  while (token.lastIndex < trimmed.length) {
    const groups = token.exec(trimmed)?.groups;
    if (groups === undefined || tokens.length > maxTokens) return undefined;
    const { text: quoted, operator, paren, word } = groups;
    if (quoted?.includes('\\') === true) return undefined;
    if (quoted !== undefined) tokens.push(requoted(quoted));
    else tokens.push(operator ?? paren ?? (word === undefined ? '' : (formerNames[word] ?? word)));
  }
  return tokens;
}

function requoted(quoted: string): string {
  const value = quoted.slice(1, -1);
  return value.includes('"') ? quoted : `"${value}"`;
}

class MarkerReader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  get atEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  /** Comparisons and groups with `and` and `or` between them, the shape of which is the same for both. */
  readAny(depth: number): boolean {
    if (depth > maxDepth || !this.#readOne(depth)) return false;
    while (this.#take('and') || this.#take('or')) if (!this.#readOne(depth)) return false;
    return true;
  }

  #readOne(depth: number): boolean {
    if (this.#take('(')) return this.readAny(depth + 1) && this.#take(')');
    return this.#readOperand() && this.#readOperator() && this.#readOperand();
  }

  #readOperator(): boolean {
    if (this.#take('not')) return this.#take('in');
    return this.#take('in') || this.#takeIf((next) => /^[=!<>~]/.test(next));
  }

  #readOperand(): boolean {
    return this.#takeIf((next) => /^['"]/.test(next) || variables.has(next));
  }

  #take(expected: string): boolean {
    return this.#takeIf((next) => next === expected);
  }

  #takeIf(wanted: (next: string) => boolean): boolean {
    const next = this.#tokens[this.#at];
    if (next === undefined || !wanted(next)) return false;
    this.#at += 1;
    return true;
  }
}
