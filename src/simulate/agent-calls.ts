import { once } from 'node:events';
import { Agent as HttpAgent, type IncomingMessage, request } from 'node:http';

export interface CallAnswer {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly text: string;
  readonly retryAfterMs: number;
}

/** Calls of the native agent protocol over kept-alive connections. */
export class AgentCalls implements Disposable {
  readonly #endpoint: URL;
  readonly #http: HttpAgent;

  constructor(endpoint: string, connections: number) {
    this.#endpoint = new URL(endpoint);
    this.#http = new HttpAgent({ keepAlive: true, maxSockets: connections });
  }

  [Symbol.dispose](): void {
    this.#http.destroy();
  }

  /** Never rejects: a connection that fails is a status of its own. */
  async post(path: string, body: Buffer | string, headers: Readonly<Record<string, string>>): Promise<CallAnswer> {
    const call = request({
      agent: this.#http,
      host: this.#endpoint.hostname.replace(/^\[|\]$/g, ''),
      port: this.#endpoint.port === '' ? 80 : Number(this.#endpoint.port),
      method: 'POST',
      path,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    });
    try {
      call.end(body);
      const [response] = (await once(call, 'response')) as [IncomingMessage];
      const retryAfterMs = Number(response.headers['retry-after'] ?? 0) * 1000;
      return { status: response.statusCode ?? 0, text: await readText(response), retryAfterMs };
    } catch (error) {
      return { status: 0, text: (error as Error).message, retryAfterMs: 1000 };
    }
  }
}

async function readText(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response) text += chunk;
  return text;
}
