import { environment } from './config.js';
import { runProvision } from './provisioning/run-provision.js';

process.exitCode = await runProvision(environment, process.argv.slice(2));
process.exit();
