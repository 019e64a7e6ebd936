import { describe, expect, it } from 'vitest';
import { readExample } from '../../test/read-example.js';
import { matchPublisher } from '../match-publisher.js';
import { fromGitlab } from '../shorthand/publisher-words.js';
import { textOf } from '../token-claims.js';
import { gitlabCi } from './gitlab-ci.js';

const publisher = fromGitlab({ projectPath: 'acme/tools/left-pad', configurationFile: '.gitlab-ci.yml' });

function matches(changes: Record<string, unknown>, rule = publisher) {
  return matchPublisher(rule, readExample('gitlab-ci', changes));
}

describe('a token of GitLab', () => {
  it.each(['https://gitlab.com', 'https://gitlab.acme.example', 'https://acme.example/gitlab'])('of %s', (issuer) => {
    expect(gitlabCi.issuerOf(issuer)).toBe(issuer);
    expect(gitlabCi.issuerOf(`${issuer}/`)).toBe(issuer);
  });

  it('cannot be of what is another provider’s', () => {
    expect(gitlabCi.issuerOf('https://token.actions.githubusercontent.com')).toBeUndefined();
    expect(gitlabCi.issuerOf('http://gitlab.com')).toBeUndefined();
  });

  it('says how the release came', () => {
    expect(gitlabCi.releasePath(readExample('gitlab-ci'))).toEqual({
      provider: 'gitlab-ci',
      issuer: 'https://gitlab.com',
      repository: 'acme/tools/left-pad',
      repositoryId: '20',
      repositoryUrl: 'https://gitlab.com/acme/tools/left-pad',
      owner: 'acme/tools',
      ownerId: '72',
      workflow: '.gitlab-ci.yml',
      ref: 'refs/tags/v1.4.2',
      refType: 'tag',
      refProtected: true,
      commit: '714a629c0b401fdce83e847fc9589983fc6f46bc',
      environment: 'production',
      event: 'push',
      runner: 'hosted',
      runId: '574',
      runUrl: 'https://gitlab.com/acme/tools/left-pad/-/jobs/302',
      actor: 'tanuki',
    });
  });

  it('of an older GitLab has no ref_path, and the same full ref (T9)', () => {
    const claims = readExample('gitlab-ci', { ref_path: undefined, ref: 'main', ref_type: 'branch' });
    expect(gitlabCi.releasePath(claims).ref).toBe('refs/heads/main');
  });

  it('pins the ids of project and group with the first use (pitfall 2, T8)', () => {
    expect(matches({})).toEqual({ matches: true, pins: { project_id: '20', namespace_id: '72' }, unpinned: [] });
  });

  it('of a project made anew under the name is refused, and not told why (T8, pitfall 20)', () => {
    const rule = { ...publisher, pinned: { project_id: '20' } };
    expect(matches({ project_id: '21' }, rule)).toMatchObject({ matches: false, proven: false });
  });

  it.each(['project_id', 'namespace_id', 'project_path', 'jti', 'pipeline_source'])('needs %s (T4)', (claim) => {
    expect(() => readExample('gitlab-ci', { [claim]: undefined })).toThrow(claim);
    expect(() => readExample('gitlab-ci', { [claim]: 20 })).toThrow(claim);
  });

  it('matches without a look at its subject (pitfall 1)', () => {
    expect(matches({ sub: 'anything' }).matches).toBe(true);
  });

  it('ignores the case of the project, not that of the environment (pitfall 3)', () => {
    const rule = { ...publisher, environment: 'Production' };
    expect(matches({ project_path: 'Acme/Tools/left-pad' }).matches).toBe(true);
    expect(matches({}, rule).matches).toBe(false);
  });
});

describe('a pipeline of a fork (pitfall 8)', () => {
  it('runs in another project than the one it is of, and is refused', () => {
    expect(matches({ job_project_id: '99' })).toMatchObject({ matches: false, reasons: [{ what: 'untrusted' }] });
  });

  it('is not told apart by an old GitLab, whose merge requests are refused', () => {
    const old = { job_project_id: undefined, pipeline_source: 'merge_request_event' };
    expect(matches(old)).toMatchObject({ matches: false, reasons: [{ what: 'untrusted' }] });
    expect(matches({ job_project_id: undefined }).matches).toBe(true);
  });

  it('of GitHub is refused (T9)', () => {
    expect(matches({ pipeline_source: 'external_pull_request_event' })).toMatchObject({
      matches: false,
      reasons: [{ what: 'untrusted-event' }],
    });
  });
});

describe('the configuration of a pipeline', () => {
  it.each([
    ['gitlab.com/acme/tools/left-pad//.gitlab-ci.yml@refs/tags/v1.4.2', '.gitlab-ci.yml'],
    ['gitlab.com/acme/tools/left-pad//ci//x@y.yml@refs/tags/v1.4.2', 'ci//x@y.yml'],
    ['gitlab.com/acme/tools/left-pad//.gitlab-ci.yml@evil@refs/heads/other', '.gitlab-ci.yml@evil'],
  ])('%s is %s (pitfall 5)', (ci_config_ref_uri, path) => {
    expect(textOf(readExample('gitlab-ci', { ci_config_ref_uri }), 'ci_config_path')).toBe(path);
  });

  it('has a ref with an @ (T8)', () => {
    const ref_path = 'refs/tags/@acme/left-pad@1.4.2';
    const ci_config_ref_uri = `gitlab.com/acme/tools/left-pad//.gitlab-ci.yml@${ref_path}`;
    expect(matches({ ref_path, ci_config_ref_uri }).matches).toBe(true);
  });

  it.each([
    null,
    'gitlab.com/evil/other//.gitlab-ci.yml@refs/tags/v1.4.2',
    'evil.example/acme/tools/left-pad//.gitlab-ci.yml@refs/tags/v1.4.2',
    'gitlab.com/acme/tools/left-pad//@refs/tags/v1.4.2',
    'gitlab.com//.gitlab-ci.yml@refs/tags/v1.4.2',
  ])('%s matches no publisher', (ci_config_ref_uri) => {
    expect(matches({ ci_config_ref_uri }).matches).toBe(false);
  });

  it('of another project is shown', () => {
    const ci_config_ref_uri = 'gitlab.com/acme/ci//release.yml@refs/heads/main';
    const claims = readExample('gitlab-ci', { ci_config_ref_uri });
    expect(gitlabCi.releasePath(claims)).toMatchObject({
      workflow: 'release.yml',
      jobWorkflow: 'acme/ci//release.yml',
    });
  });
});
