/** What is there already, as memory mostly has it, or comes later, as from the database. */
export type Soon<T> = T | Promise<T>;

/**
 * Goes on with a value: at once when it is there, else when it comes. To wait for what is there costs a decision more
 * than most that it does itself.
 */
export function whenThere<T, Result>(value: Soon<T>, goOn: (value: T) => Soon<Result>): Soon<Result> {
  return value instanceof Promise ? value.then(goOn) : goOn(value);
}
