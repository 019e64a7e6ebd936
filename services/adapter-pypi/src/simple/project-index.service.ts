import { Injectable } from '@nestjs/common';
import type { Principal } from '@waybill/domain';
import { can } from '@waybill/domain';
import type { RepositoryEntity } from '@waybill/read-model';
import { packageIn, ReadableRepositoryService } from '@waybill/read-model';
import { htmlAttribute, htmlText } from './html-text.js';
import type { ListedProject } from './page.repository.js';
import { PageRepository } from './page.repository.js';
import { htmlEnd, htmlStart } from './project-html.builder.js';
import type { SimpleForm } from './simple-form.rules.js';
import { simpleApiVersion } from './simple-page.js';

const projectsAtOnce = 1000;

/**
 * The projects of a repository that one caller may read. Nothing of it is kept: publishing costs nothing here, and what a
 * request costs in memory is one part of the list.
 */
@Injectable()
export class ProjectIndexService {
  readonly #pages: PageRepository;
  readonly #repositories: ReadableRepositoryService;

  constructor(pages: PageRepository, repositories: ReadableRepositoryService) {
    this.#pages = pages;
    this.#repositories = repositories;
  }

  /** Errors: those of a repository that is not there, for one of which the caller may read nothing (security.md A6). */
  async open(principal: Principal, slug: string): Promise<AsyncIterable<readonly ListedProject[]>> {
    const repository = await this.#repositories.find(principal, slug);
    const parts = this.#readable(principal, repository);
    const first = await parts.next();
    // With nothing to show, whether the repository itself may be read decides.
    this.#repositories.readable(principal, repository, first.value ?? []);
    return continued(first.value ?? [], parts);
  }

  async *written(parts: AsyncIterable<readonly ListedProject[]>, form: SimpleForm): AsyncGenerator<string> {
    const { start, project, separator, end } = forms[form];
    yield start;
    let isFirst = true;
    for await (const part of parts) {
      const text = part.map(({ name }) => project(name)).join(separator);
      if (text !== '') yield isFirst ? text : `${separator}${text}`;
      isFirst &&= text === '';
    }
    yield end;
  }

  async *#readable(principal: Principal, repository: RepositoryEntity): AsyncGenerator<ListedProject[], undefined> {
    let after = '';
    for (;;) {
      const found = await this.#pages.listProjects(repository.repositoryId, after, projectsAtOnce);
      const seen = found.filter(
        ({ purl, visibility }) => can(principal, 'read', packageIn(repository, purl, visibility)).allowed,
      );
      if (seen.length > 0) yield seen;
      const last = found.at(-1);
      if (last === undefined || found.length < projectsAtOnce) return undefined;
      after = last.name;
    }
  }
}

interface WrittenForm {
  readonly start: string;
  readonly project: (name: string) => string;
  readonly separator: string;
  readonly end: string;
}

const forms: Record<SimpleForm, WrittenForm> = {
  html: {
    start: [...htmlStart('Simple index', [['pypi:repository-version', simpleApiVersion]]), ''].join('\n'),
    project: (name) => `<a${htmlAttribute('href', `${name}/`)}>${htmlText(name)}</a><br>`,
    separator: '\n',
    end: `\n${htmlEnd.join('\n')}`,
  },
  json: {
    start: `{"meta":${JSON.stringify({ 'api-version': simpleApiVersion })},"projects":[`,
    project: (name) => JSON.stringify({ name }),
    separator: ',',
    end: ']}',
  },
};

async function* continued<Part>(first: Part, rest: AsyncIterable<Part>): AsyncGenerator<Part> {
  yield first;
  yield* rest;
}
