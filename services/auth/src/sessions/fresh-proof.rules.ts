/** For how long somebody counts as freshly proven after signing in, or after proving it once more (security.md W7). */
export const freshProofMilliseconds = 15 * 60_000;
