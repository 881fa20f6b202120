/** Version of the shape of traces, of decisions and of changes alike. */
export const traceVersion = '1.0';
