const rules = require('../../.dependency-cruiser.cjs');

/** The same rules, looking at the violations that they must report. */
module.exports = { ...rules, options: { ...rules.options, exclude: { path: '(^|/)dist/' } } };
