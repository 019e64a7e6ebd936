// `pnpm bench` without a name: what there is.
import { npmScenarios } from './scenarios/scenarios.js';

console.log(`pnpm bench npm [options]    Waybill, Verdaccio and a bare handler side by side; writes docs/bench/npm.md

pnpm bench auth [--quick]   who is calling and what they may do, with few and with many people; writes docs/bench/auth.md

pnpm bench exchange [--quick]   ID tokens of a CI for tokens of ours, with few and with 10,000 publishers; writes docs/bench/exchange.md

Options of npm:
  --only <scenario>         some of the scenarios (repeat it, or separate with commas); the rest of the report is kept
  --quick                   short rounds, and growth to 200 packages and 100 versions
  --seconds, --rounds, --publishes <number>
  --verdaccio-jwt           Verdaccio signs its tokens; by default it checks a bcrypt hash with
                            every one; writes no report
  --profile <folder>        runs Waybill under Node's profiler and prints where its time goes; writes no report

Scenarios of npm:`);
for (const { name, title } of npmScenarios) console.log(`  ${name.padEnd(24)}  ${title}`);
