export { IntColumn } from './int-column.ts';
export { IntMap } from './int-map.ts';
export { remembering } from './remembering.ts';
export { Texts } from './texts.ts';
