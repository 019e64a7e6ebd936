const usesBefore = 4;
const maxNames = 300;
const maxCounted = 2000;
const maxCharacters = 8192;

/**
 * Which statements are worth being remembered by the server: those that were used a few times, each under one name in all
 * connections. Bounded, for lists of parameters make ever new texts; what came too late goes without.
 */
export class StatementNames {
  readonly #names = new Map<string, string | undefined>();
  readonly #uses = new Map<string, number>();

  /** Undefined when the statement is to be run without a name. */
  nameOf(text: string): string | undefined {
    if (this.#names.has(text)) return this.#names.get(text);
    if (this.#names.size >= maxNames || text.length > maxCharacters) return undefined;
    const uses = (this.#uses.get(text) ?? 0) + 1;
    if (uses <= usesBefore) {
      if (this.#uses.size >= maxCounted) this.#uses.clear();
      this.#uses.set(text, uses);
      return undefined;
    }
    this.#uses.delete(text);
    const name = `waybill_${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }

  /** It is never named again. */
  refuse(text: string): void {
    if (this.#names.has(text)) this.#names.set(text, undefined);
  }
}
