const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Markup of ours. Only `html` makes it, so that text of others cannot be taken for it. */
export class Html {
  readonly #markup: string;

  private constructor(markup: string) {
    this.#markup = markup;
  }

  static of(literals: TemplateStringsArray, values: readonly (Html | string)[]): Html {
    return new Html(
      String.raw({ raw: literals }, ...values.map((value) => (value instanceof Html ? value.#markup : escaped(value)))),
    );
  }

  toString(): string {
    return this.#markup;
  }
}

/**
 * Escapes every text that is put in, and nothing that `html` made itself (security.md W1). For element content and quoted
 * attribute values; never within a tag, a script, a style or an attribute that holds an address.
 */
export function html(literals: TemplateStringsArray, ...values: readonly (Html | string)[]): Html {
  return Html.of(literals, values);
}

/** What somebody else wrote, as it may stand in a sentence of ours: no character that hides, turns or breaks the rest. */
export function visible(text: string, maxCharacters = 200): string {
  const shown = Array.from(text.replaceAll(/[\s\p{Cc}\p{Cf}\p{Co}\p{Cs}]+/gu, ' ').trim());
  return shown.length <= maxCharacters ? shown.join('') : `${shown.slice(0, maxCharacters).join('')}…`;
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? '');
}
