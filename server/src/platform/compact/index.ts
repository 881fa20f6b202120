export { IntColumn } from './int-column.ts';
export { IntMap } from './int-map.ts';
export { Texts } from './texts.ts';
