/** Somebody as a packument shows them. */
export interface DocumentPerson {
  readonly name: string;
  /** Empty where none is shown. */
  readonly email: string;
}
