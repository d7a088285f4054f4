// @ts-check

/**
 * @typedef {'python' | 'compiler' | 'disk' | 'npmRegistry' | 'pythonIndex'} Need
 *
 * @typedef {object} Step One part of the set-up. It may break off anywhere: what is not current is done again.
 * @property {string} name
 * @property {string} title What the terminal shows.
 * @property {readonly string[]} after Names of the steps that it builds on: if one is redone, so may it be.
 * @property {readonly Need[]} needs What has to be there before it starts.
 * @property {() => boolean} isCurrent Tells, without starting a program, whether it was done with today's inputs.
 * @property {(task: import('./terminal.mjs').Task) => Promise<void>} run
 */

export {};
