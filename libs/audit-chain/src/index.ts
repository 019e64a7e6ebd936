export * from './canonical-json.js';
export * from './chain-entry.js';
export * from './checkpoint.js';
export { endLine, entryLine, type ExportHeader, headerLine, linesOfExport } from './export-lines.js';
export * from './key-line.js';
export * from './merkle-tree.js';
export { newNoteKey, parseNoteKey, privateNoteKey, publicTextOf } from './note-key.js';
export * from './verify-export.js';
