// `pnpm new:adapter <name> [--entries]`: the frame of an adapter, and its entries in what lists all services. With `--entries`
// the entries alone, for a service that is there. docs/adding-an-ecosystem.md says what comes then.
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';

const template = join(import.meta.dirname, 'template');

/** What becomes part of variables, tables, users and addresses alike. */
const namePattern = /^[a-z][a-z0-9]{1,30}$/;

/** The files that list every service, and what an adapter adds to each. */
const entries = [
  {
    file: 'libs/contracts/src/bus-topology.ts',
    after: /^ {2}adapterBusRole\('adapter-[a-z0-9]+'.*\),\n(?=\];)/m,
    line: "  adapterBusRole('adapter-{{name}}'),\n",
  },
  {
    file: 'services/standalone/src/services.ts',
    after: /^import \{ service as adapter[A-Za-z0-9]+ \} .*\n(?!import \{ service as adapter)/m,
    line: "import { service as adapter{{Name}} } from '@waybill/service-adapter-{{name}}';\n",
  },
  {
    file: 'services/standalone/src/services.ts',
    after: /^ {2}adapter[A-Z][A-Za-z0-9]*,\n(?! {2}adapter[A-Z])/m,
    line: '  adapter{{Name}},\n',
  },
  {
    file: 'services/standalone/package.json',
    after: /^ {4}"@waybill\/service-adapter-[a-z0-9]+": .*\n(?! {4}"@waybill\/service-adapter-)/m,
    line: '    "@waybill/service-adapter-{{name}}": "workspace:*",\n',
  },
  {
    file: 'deploy/make-secrets.sh',
    after: /\bNATS_ADAPTER_[A-Z0-9]+(?! NATS_ADAPTER)/,
    line: ' NATS_ADAPTER_{{NAME}}',
  },
  {
    file: 'deploy/make-secrets.sh',
    after: /\bPOSTGRES_ADAPTER_[A-Z0-9]+(?! POSTGRES_ADAPTER)/,
    line: ' POSTGRES_ADAPTER_{{NAME}}',
  },
  {
    file: 'deploy/compose.yaml',
    after: /^ {2}adapter-[a-z0-9]+:\n(?: {4}.*\n)+\n(?! {2}adapter-)/m,
    line: `  adapter-{{name}}:
    <<: *service
    command: [services/adapter-{{name}}/dist/main.js]
    environment:
      <<: *environment
      WAYBILL_NATS_USER: adapter-{{name}}
      WAYBILL_NATS_PASSWORD: \${WAYBILL_SECRET_NATS_ADAPTER_{{NAME}}:?run deploy/make-secrets.sh first}
      WAYBILL_DATABASE_URL: postgres://adapter_{{name}}:\${WAYBILL_SECRET_POSTGRES_ADAPTER_{{NAME}}:?run deploy/make-secrets.sh first}@postgres:5432/waybill

`,
  },
  { file: 'helm/waybill/values.yaml', after: /^adapters:\n(?: {2}.*\n)+/m, line: '  {{name}}: {}\n' },
];

/**
 * Writes a new adapter into the repository at `root`. Resolves to the files that it wrote. Errors: `Error` for a name that cannot
 * be one, a service that is there already (or, for its entries alone, is not), and a list that does not look as expected:
 * then nothing is written.
 */
export async function newAdapter(root, name, { entriesOnly = false } = {}) {
  if (!namePattern.test(name)) throw new Error('The name of an ecosystem is short, in lower-case letters and digits.');
  const folder = join(root, 'services', `adapter-${name}`);
  const exists = await isThere(folder);
  if (exists !== entriesOnly) {
    throw new Error(exists ? `There is services/adapter-${name} already.` : `There is no services/adapter-${name}.`);
  }
  const files = new Map(await listed(root, name));
  const options = await resolveConfig(import.meta.filename);
  if (!entriesOnly) {
    for (const path of await pathsIn(template)) {
      const text = await readFile(join(template, path), 'utf8');
      const filepath = join(folder, filled(path.replace(/\.template$/, ''), name));
      // How long the name is decides where lines break.
      files.set(filepath, await format(filled(text, name), { ...options, filepath }));
    }
  }
  for (const [path, text] of files) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  return [...files.keys()];
}

async function listed(root, name) {
  const files = new Map();
  for (const { file, after, line } of entries) {
    const path = join(root, file);
    const text = files.get(path) ?? (await readFile(path, 'utf8'));
    const found = after.exec(text);
    if (found === null) throw new Error(`${file} does not list adapters as it did.`);
    const end = found.index + found[0].length;
    files.set(path, `${text.slice(0, end)}${filled(line, name)}${text.slice(end)}`);
  }
  return files;
}

function filled(text, name) {
  return text
    .replaceAll('{{name}}', name)
    .replaceAll('{{NAME}}', name.toUpperCase())
    .replaceAll('{{Name}}', `${name[0].toUpperCase()}${name.slice(1)}`);
}

async function pathsIn(folder) {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
}

async function isThere(path) {
  return stat(path).then(
    () => true,
    () => false,
  );
}
