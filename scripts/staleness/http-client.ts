import { Agent, request } from 'node:http';

/** Who asks: an access token or an API key. */
export type Credential = { readonly token: string } | { readonly key: string };

/** An answer of the API. */
export type Reply = {
  readonly status: number;
  /** `data` of a success; empty for everything else. */
  readonly data: Readonly<Record<string, unknown>>;
  /** The code of an error; null for a success. */
  readonly code: string | null;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
};

/** One server, spoken to over connections that are kept. */
export type HttpClient = {
  call(method: string, path: string, credential: Credential | null, body?: unknown): Promise<Reply>;
  close(): void;
};

/** A client of the server at this port of this machine. Paths are below `/api/v1`. */
export function httpClient(port: number): HttpClient {
  const agent = new Agent({ keepAlive: true });
  return {
    call: (method, path, credential, body) => {
      const bytes = body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body));
      const headers = {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        'Content-Length': bytes.length,
        ...headersOf(credential),
      };
      const target = { host: '127.0.0.1', port, agent, method, path: `/api/v1${path}`, headers };
      return new Promise((resolve, reject) => {
        const sent = request(target, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            resolve({ ...read(text), status: response.statusCode ?? 0, headers: response.headers, text });
          });
        });
        sent.on('error', reject);
        sent.end(bytes);
      });
    },
    close: () => agent.destroy(),
  };
}

function headersOf(credential: Credential | null): Record<string, string> {
  if (credential === null) return {};
  return 'key' in credential
    ? { 'X-Plystra-API-Key': credential.key }
    : { Authorization: `Bearer ${credential.token}` };
}

function read(text: string): Pick<Reply, 'data' | 'code'> {
  const body = JSON.parse(text) as {
    readonly data?: Readonly<Record<string, unknown>>;
    readonly error?: { readonly code: string };
  };
  return { data: body.data ?? {}, code: body.error?.code ?? null };
}
