import js from '@eslint/js';
import vitest from '@vitest/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const envOnlyInConfig = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'Read the environment in config.ts only; hand the values on.',
};
const noEnums = { selector: 'TSEnumDeclaration', message: 'Use a union of literals or a const object.' };
const nullOnlyWhereMeant = {
  selector: "PropertyDefinition:has(Decorator CallExpression[callee.name='IsOptional']):not(:has(TSNullKeyword))",
  message: '@IsOptional() lets null through: @MayBeAbsent(), or say `| null`.',
};
const oneObjectOrAList = {
  selector: "Decorator CallExpression[callee.name='ValidateNested']",
  message: 'It also takes an array for an object, and lists in a list: @NestedObject(), or @NestedObjects().',
};

export default defineConfig(
  globalIgnores(['**/dist/**', '**/fixtures/**', '**/node_modules/**', '**/.turbo/**', 'helm/**']),
  {
    files: ['**/*.ts'],
    extends: [js.configs.recommended, ...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'no-restricted-syntax': ['error', envOnlyInConfig, noEnums, nullOnlyWhereMeant, oneObjectOrAList],
      'no-console': 'error',
      'func-style': ['error', 'declaration', { allowArrowFunctions: true }],
      'max-params': ['error', 4],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-depth': ['error', 4],
      eqeqeq: 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      // Constructors of Nest classes take what is injected, and a module class is a decorated empty one.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/unified-signatures': 'off',
      // Nest and class-validator declare option bags and DTOs as classes; literals are how one writes them.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  {
    // Nest finds constructor parameters by position; the framework, not the author, sets their number.
    files: ['services/**/*.ts', 'libs/{messaging,edge,service-host,persistence,read-model}/**/*.ts'],
    rules: { 'max-params': 'off' },
  },
  {
    files: ['**/config.ts'],
    rules: { 'no-restricted-syntax': ['error', noEnums] },
  },
  {
    files: ['**/*.spec.ts', '**/*.suite.ts', '**/*.e2e-spec.ts', '**/test/**/*.ts', 'test-e2e/**/*.ts'],
    plugins: { vitest },
    rules: {
      ...vitest.configs.recommended.rules,
      'vitest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*', 'assert*', 'mustSucceed'] }],
      'vitest/no-focused-tests': 'error',
      'vitest/no-disabled-tests': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'max-lines': 'off',
    },
  },
  {
    files: [
      'bench/**/*.ts',
      '**/vitest-*-setup.ts',
      '*.config.ts',
      'test-e2e/**/*.ts',
      'libs/client-drivers/**/*.ts',
      'libs/testing/**/*.ts',
    ],
    rules: { 'no-restricted-syntax': ['error', noEnums], 'no-console': 'off' },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    extends: [js.configs.recommended],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        AbortController: 'readonly',
        AbortSignal: 'readonly',
        performance: 'readonly',
        module: 'writable',
        require: 'readonly',
      },
    },
  },
  prettier,
);
