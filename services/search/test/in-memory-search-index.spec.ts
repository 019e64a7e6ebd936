import { describe } from 'vitest';
import { InMemorySearchIndex } from './in-memory-search-index.js';
import { searchIndexSuite } from './search-index.suite.js';

describe('the index in memory', () => {
  searchIndexSuite(() => new InMemorySearchIndex());
});
