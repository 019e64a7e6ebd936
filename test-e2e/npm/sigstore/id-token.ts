export const claims = {
  iss: 'https://token.actions.githubusercontent.com',
  sub: 'https://github.com/acme/widget/.github/workflows/release.yml@refs/heads/main',
  aud: 'sigstore',
  event_name: 'push',
  repository: 'acme/widget',
  ref: 'refs/heads/main',
  sha: '0123456789abcdef0123456789abcdef01234567',
};

/** Of the workflow that publishes; nobody here checks who signed it. */
export const idToken = [{ alg: 'none' }, claims, {}]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .join('.');
