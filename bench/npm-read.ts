import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { freePort, tempDir } from '@waybill/testing';
import autocannon from 'autocannon';
import { publishSample } from './publish-sample.js';

const seconds = Number(process.env['BENCH_SECONDS'] ?? 5);
const connections = 32;
const rounds = 3;

interface Subject {
  readonly name: string;
  readonly url: string;
}

/** Requests per second of each subject in turn, several times, so that a noisy machine is noisy for all. */
async function inTurn(subjects: readonly Subject[]): Promise<Map<string, number[]>> {
  const rates = new Map<string, number[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, url } of subjects) {
      const result = await autocannon({ url, connections, duration: seconds });
      if (result.non2xx > 0 || result.errors > 0)
        throw new Error(`${name}: ${result.non2xx} refusals, ${result.errors} errors`);
      rates.get(name)?.push(result.requests.average);
    }
  }
  return rates;
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

async function main(): Promise<void> {
  await using directory = await tempDir('bench');
  const port = await freePort();
  const waybill = spawn(process.execPath, [join(import.meta.dirname, '../services/standalone/dist/main.js')], {
    env: { ...process.env, WAYBILL_PORT: String(port), WAYBILL_DATA_DIR: directory.path, WAYBILL_LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve) => {
    waybill.stdout.on('data', (chunk: Buffer) => {
      if (chunk.includes('ready at')) resolve();
    });
  });
  try {
    const { token } = JSON.parse(await readFile(join(directory.path, 'first-admin.json'), 'utf8')) as { token: string };
    const registry = `http://127.0.0.1:${port}/npm/main`;
    await publishSample(registry, token, 'bench-sample');
    const packument = Buffer.from(await (await fetch(`${registry}/bench-sample`)).arrayBuffer());
    const bare = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': packument.length });
      response.end(packument);
    });
    await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve));
    const { port: barePort } = bare.address() as { port: number };
    const rates = await inTurn([
      { name: 'bare node:http, same bytes', url: `http://127.0.0.1:${barePort}/` },
      { name: 'packument', url: `${registry}/bench-sample` },
      { name: 'tarball, 3 KB', url: `${registry}/bench-sample/-/bench-sample-1.0.0.tgz` },
    ]);
    bare.close();
    const base = median(rates.get('bare node:http, same bytes') ?? []);
    console.table(
      [...rates].map(([name, values]) => ({
        subject: name,
        'requests/s (median)': Math.round(median(values)),
        'ratio to bare': (median(values) / base).toFixed(3),
      })),
    );
  } finally {
    waybill.kill('SIGTERM');
    await new Promise((resolve) => waybill.once('exit', resolve));
  }
}

await main();
