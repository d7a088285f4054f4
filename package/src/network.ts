/** The name of a network in the package; into one with a model of your own, `fer package` packs `default` alone. */
export type Network = 'default' | 'small';
