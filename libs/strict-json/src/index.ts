export { parseStrictJson } from './strict-json.js';
