/**
 * SQL for an instant as whole milliseconds since the epoch, cut and not rounded: nothing begins before its time. Raw SQL
 * can write instants that are not finite, and no number of milliseconds is `infinity`; they stand for the first and the
 * last instant that can be told. Null stays null.
 */
export function millisecondsOf(instant: string): string {
  return `case when ${instant} is not null then
    floor(extract(epoch from least(greatest(${instant}, '0001-01-01'), '9999-12-31')) * 1000)::float8 end`;
}
