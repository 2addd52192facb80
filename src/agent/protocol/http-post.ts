// One POST over one kept connection. node:http and not fetch: it costs a third of the memory, which the agent has on
// every host of its users.

import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

const ANSWER_BYTES_MAX = 4 * 1024 * 1024;

export interface PostRequest {
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  timeoutMs: number;
}

export interface PostAnswer {
  status: number;
  retryAfter: string | undefined;
  body: string;
}

export type Post = (request: PostRequest) => Promise<PostAnswer>;

export interface Poster extends Disposable {
  post: Post;
}

export function createPoster(): Poster {
  const agents = {
    http: new HttpAgent({ keepAlive: true, maxSockets: 2 }),
    https: new HttpsAgent({ keepAlive: true, maxSockets: 2 }),
  };
  return {
    post: (request) => post(request, agents),
    [Symbol.dispose]: () => {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

/** Rejects on anything that is not a whole answer: refused, reset, timed out, too long. */
function post(
  { url, headers, body, timeoutMs }: PostRequest,
  agents: { http: HttpAgent; https: HttpsAgent },
): Promise<PostAnswer> {
  const options = {
    method: 'POST',
    headers: { ...headers, 'content-length': String(body.length) },
    signal: AbortSignal.timeout(timeoutMs),
  };
  return new Promise((resolve, reject) => {
    const onResponse = (response: IncomingMessage) => readAnswer(response).then(resolve, reject);
    const request =
      url.protocol === 'https:'
        ? httpsRequest(url, { ...options, agent: agents.https }, onResponse)
        : httpRequest(url, { ...options, agent: agents.http }, onResponse);
    request.on('error', reject);
    request.end(body);
  });
}

async function readAnswer(response: IncomingMessage): Promise<PostAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > ANSWER_BYTES_MAX) throw new Error(`answer is longer than ${ANSWER_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks).toString('utf8');
  return { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], body };
}
