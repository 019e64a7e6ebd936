/** What a hashing thread is given: never a password, but what `bcryptInput` makes of it. */
export type PasswordTask =
  | { readonly kind: 'hash'; readonly input: string; readonly cost: number }
  | { readonly kind: 'compare'; readonly input: string; readonly hash: string };
