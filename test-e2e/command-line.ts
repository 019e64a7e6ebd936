import { join } from 'node:path';
import type { Answer, CommandResult, Reaction } from '@waybill/client-drivers';
import { mustSucceed, Sandbox } from '@waybill/client-drivers';

const program = join(import.meta.dirname, '../libs/cli/bin/waybill.js');

/** The real command line `waybill` of one person, in an empty home. */
export class CommandLine implements AsyncDisposable {
  private constructor(
    readonly box: Sandbox,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** `token`: acts with it, as in CI; without one, as nobody, until it has logged in. */
  static async open(url: string, token?: string): Promise<CommandLine> {
    const box = await Sandbox.create({ tools: [] });
    return new CommandLine(box, environmentOf(url, token));
  }

  /** In a job of a CI, with its variables, signed in nowhere. */
  static async inJob(url: string, variables: (box: Sandbox) => Promise<Record<string, string>>): Promise<CommandLine> {
    const box = await Sandbox.create({ tools: [] });
    return new CommandLine(box, { ...environmentOf(url, undefined), ...(await variables(box)) });
  }

  /** In the home of a client, which goes with its owner. */
  static within(box: Sandbox, url: string, token?: string): CommandLine {
    return new CommandLine(box, environmentOf(url, token));
  }

  run(...typed: readonly string[]): Promise<CommandResult> {
    return this.box.run('node', [program, ...typed], { environment: this.environment });
  }

  /** In a project's folder. */
  runIn(cwd: string, ...typed: readonly string[]): Promise<CommandResult> {
    return this.box.run('node', [program, ...typed], { environment: this.environment, cwd });
  }

  /** On a terminal, with what is typed there. */
  converse(answers: readonly Answer[], ...typed: readonly string[]): Promise<CommandResult> {
    return this.box.run('node', [program, ...typed], { environment: this.environment, answers });
  }

  /** On a terminal, with something that happens when it has said something. */
  runWith(reaction: Reaction, ...typed: readonly string[]): Promise<CommandResult> {
    return this.box.run('node', [program, ...typed], { environment: this.environment, reaction });
  }

  /** What it answers with `--json`: the last line of it, parsed. Fails when it fails. */
  async json<Answer>(...typed: readonly string[]): Promise<Answer> {
    const { stdout } = mustSucceed(await this.run(...typed, '--json'));
    return JSON.parse(stdout) as Answer;
  }

  /** The rows of a list. */
  async rows<Row>(...typed: readonly string[]): Promise<Row[]> {
    const { stdout } = mustSucceed(await this.run(...typed, '--json'));
    const lines = stdout.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Row);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.box.dispose();
  }
}

function environmentOf(url: string, token: string | undefined): Record<string, string> {
  return { WAYBILL_URL: url, ...(token === undefined ? {} : { WAYBILL_TOKEN: token }) };
}
