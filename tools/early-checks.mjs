import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { giveUp } from './console.mjs';

const oldestNodeMajor = 20;

/** What would fail after a long installation is told before it. The standalone process checks all of it again. */
export async function checkEarly(environment, root) {
  if (Number(process.versions.node.split('.')[0]) < oldestNodeMajor) {
    giveUp(`Waybill needs Node ${oldestNodeMajor} or newer to start; this is ${process.version}.`);
  }
  await checkPort(environment.WAYBILL_HOST || '127.0.0.1', environment.WAYBILL_PORT || '8080');
  checkDataDirectory(resolve(root, environment.WAYBILL_DATA_DIR || '.waybill'));
}

async function checkPort(host, text) {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) giveUp(`WAYBILL_PORT must be a number from 0 to 65535, not "${text}".`);
  if (port === 0) return;
  const problem = await new Promise((done) => {
    const probe = createServer();
    probe.once('error', (error) => done(error.code));
    probe.listen(port, host, () => probe.close(() => done(undefined)));
  });
  if (problem === 'EADDRINUSE') giveUp(`Port ${port} on ${host} is in use; set WAYBILL_PORT to another.`);
  if (problem !== undefined)
    giveUp(`Port ${port} on ${host} cannot be listened on (${problem}); set WAYBILL_PORT or WAYBILL_HOST.`);
}

function checkDataDirectory(path) {
  if (!existsSync(path)) {
    const parent = nearestExisting(dirname(path));
    if (!isWritable(parent)) giveUp(`The data directory ${path} cannot be created: ${parent} is read-only.`);
    return;
  }
  if (!statSync(path).isDirectory()) giveUp(`The data directory ${path} is a file.`);
  if (!isWritable(path)) giveUp(`The data directory ${path} is read-only.`);
  const names = readdirSync(path).filter((name) => name !== 'lost+found' && !name.startsWith('waybill.'));
  if (names.length > 0 && !existsSync(join(path, 'waybill.json'))) {
    giveUp(`The data directory ${path} is not empty and not Waybill's (it holds "${names[0]}"); name another one.`);
  }
}

function nearestExisting(path) {
  return existsSync(path) ? path : nearestExisting(dirname(path));
}

// Root may write where the permissions say that nobody may; a directory like that is meant to stay as it is.
function isWritable(path) {
  if ((statSync(path).mode & 0o222) === 0) return false;
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
