import { environment } from './config.js';
import { runStandalone } from './run-standalone.js';

process.exitCode = await runStandalone(environment, process.argv.includes('--separate-processes'));
process.exit();
