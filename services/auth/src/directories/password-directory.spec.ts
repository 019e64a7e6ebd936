import { describe, expect, it } from 'vitest';
import { FakeDirectory } from '../../test/fake-directory.js';
import { describePasswordDirectory, peopleOfSuite } from '../../test/password-directory.suite.js';
import { NoDirectory } from './password-directory.js';

describePasswordDirectory('a fake', () => new FakeDirectory(peopleOfSuite));

describe('no directory', () => {
  it('knows nobody', async () => {
    await expect(new NoDirectory().prove()).resolves.toBeUndefined();
  });
});
