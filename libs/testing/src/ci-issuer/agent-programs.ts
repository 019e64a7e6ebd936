import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Programs by which jobs of Buildkite and CircleCI get their tokens, where clients (uv, rattler) run them:
 * `buildkite-agent oidc request-token --audience A`, `circleci run oidc get --claims '{"aud":"A"}'`.
 */
export async function writeAgentPrograms(directory: string, origin: string, requestToken: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const audienceOf = {
    'buildkite-agent': `args[args.indexOf('--audience') + 1]`,
    circleci: `JSON.parse(args[args.indexOf('--claims') + 1]).aud`,
  };
  for (const [name, audience] of Object.entries(audienceOf)) {
    const program = [
      `#!${process.execPath}`,
      'const args = process.argv.slice(2);',
      `const address = ${JSON.stringify(`${origin}/idtoken?audience=`)} + encodeURIComponent(${audience});`,
      `const headers = { authorization: ${JSON.stringify(`Bearer ${requestToken}`)} };`,
      'fetch(address, { headers })',
      '  .then((response) => response.json())',
      '  .then(({ value }) => process.stdout.write(value));',
      '',
    ];
    await writeFile(join(directory, name), program.join('\n'), { mode: 0o755 });
  }
}
