/** Where and as whom a server is asked. */
export type RequestShape = {
  readonly path: string;
  /** Headers beside the usual ones. */
  readonly headers: Readonly<Record<string, string>>;
};

/** The bytes of a POST with a JSON body on a kept connection. */
export function postRequest({ path, headers }: RequestShape, body: unknown): Buffer {
  const text = JSON.stringify(body);
  const lines = [
    `POST ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'User-Agent: plystra-bench',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${text}`);
}
