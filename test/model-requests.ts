/** Sends modelled inputs as signed HTTP requests, whatever they hold: no SDK would let the broken ones out. */

import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { Agent, request as openRequest } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { ModelOperation } from './model-cases.ts';

export type JsonService = 'discovery' | 'glue' | 'athena' | 'datazone';

const TARGETS: Readonly<Record<string, string>> = {
  discovery: 'AWSPoseidonService_V2015_11_01',
  glue: 'AWSGlue',
  athena: 'AmazonAthena',
};

export interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string;
}

export interface Caller {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

interface Draft {
  readonly method: string;
  /** Percent-encoded. */
  readonly path: string;
  readonly query: Readonly<Record<string, string | string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** node's own hash behind the interface that the signer wants: thousands of signatures are a matter of seconds. */
class NodeSha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Uint8Array);
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()));
  }

  reset(): void {
    throw new Error('One hash, one use.');
  }
}

/** Keeps its connections; to be destroyed. */
export class ModelClient {
  readonly #caller: Caller;
  readonly #service: JsonService;
  readonly #signer: SignatureV4;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 16 });

  constructor(service: JsonService, caller: Caller) {
    this.#caller = caller;
    this.#service = service;
    const { region, accessKeyId, secretAccessKey } = caller;
    this.#signer = new SignatureV4({
      service,
      region,
      sha256: NodeSha256,
      credentials: { accessKeyId, secretAccessKey },
    });
  }

  /** Undefined where HTTP has no place for the input: a label that is not text, a missing one, an empty one. */
  async call(operation: ModelOperation, input: Readonly<Record<string, unknown>>): Promise<Answer | undefined> {
    const draft = operation.http === undefined ? this.#awsJson(operation, input) : restJson(operation, input);
    return draft && this.#send(draft);
  }

  close(): void {
    this.#agent.destroy();
  }

  #awsJson({ name }: ModelOperation, input: Readonly<Record<string, unknown>>): Draft {
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `${TARGETS[this.#service]}.${name}`,
    };
    return { method: 'POST', path: '/', query: {}, headers, body: JSON.stringify(input) };
  }

  async #send(draft: Draft): Promise<Answer> {
    const url = new URL(this.#caller.endpoint);
    const signed = await this.#signer.sign({
      ...draft,
      query: { ...draft.query },
      protocol: 'http:',
      hostname: url.hostname,
      headers: { ...draft.headers, host: url.host },
    });
    const path = draft.path + queryText(draft.query);
    return new Promise((resolve, reject) => {
      const options = { host: url.hostname, port: url.port, agent: this.#agent, path };
      const req = openRequest({ ...options, method: draft.method, headers: signed.headers }, (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (chunk: Buffer) => chunks.push(chunk));
        res.on('end', () => resolve(readAnswer(res.statusCode ?? 0, res.headers, Buffer.concat(chunks).toString())));
        res.on('error', reject);
      });
      req.on('error', reject);
      req.end(draft.body);
    });
  }
}

function readAnswer(status: number, headers: Readonly<Record<string, unknown>>, text: string): Answer {
  if (status < 300) return { status, code: undefined, message: '' };
  const body = JSON.parse(text) as Readonly<Record<string, string | undefined>>;
  const code = body.__type ?? (headers['x-amzn-errortype'] as string | undefined);
  return { status, code, message: body.message ?? body.Message ?? '' };
}

/** What a header can hold as it is. */
const HEADER_TEXT = /^[\x21-\x7e]+$/;

function restJson({ http, input: shape }: ModelOperation, input: Readonly<Record<string, unknown>>): Draft | undefined {
  const labels = new Map<string, unknown>();
  const query: Record<string, string | string[]> = {};
  const headers: Record<string, string> = {};
  const document: Record<string, unknown> = {};
  let payload: unknown;
  for (const [name, value] of Object.entries(input)) {
    const traits = shape.members?.[name]?.traits ?? {};
    const bound = (trait: string) => traits[`smithy.api#${trait}`];
    if (bound('httpLabel') !== undefined) labels.set(name, value);
    else if (bound('httpPayload') !== undefined) payload = value;
    else if (bound('httpQuery') !== undefined || bound('httpHeader') !== undefined) {
      if (!isText(value)) return undefined;
      if (bound('httpQuery') !== undefined) query[String(bound('httpQuery'))] = value as string | string[];
      else if (!HEADER_TEXT.test(String(value))) return undefined;
      else headers[String(bound('httpHeader')).toLowerCase()] = String(value);
    } else document[String(bound('jsonName') ?? name)] = value;
  }
  const path = fillLabels(http!.uri, labels);
  const isBodiless = payload === undefined && Object.keys(document).length === 0;
  const body = isBodiless ? '' : typeof payload === 'string' ? payload : JSON.stringify(payload ?? document);
  return path === undefined
    ? undefined
    : {
        method: http!.method,
        path,
        query: textsOf(query),
        headers: isBodiless ? headers : { ...headers, 'content-type': 'application/json' },
        body,
      };
}

/** What can stand outside a body: scalars, and lists of them; an empty text there is as good as absent. */
function isText(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every((item) => !Array.isArray(item) && isText(item));
  return ['string', 'number', 'boolean'].includes(typeof value) && value !== '';
}

function textsOf(query: Readonly<Record<string, unknown>>): Record<string, string | string[]> {
  const text = (value: unknown) => (Array.isArray(value) ? value.map(String) : String(value));
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, text(value)]));
}

function fillLabels(uri: string, labels: ReadonlyMap<string, unknown>): string | undefined {
  let isComplete = true;
  const path = uri.replace(/\{(\w+)\+?\}/g, (_, name: string) => {
    const value = labels.get(name);
    if (typeof value === 'string' && value !== '') return escapeText(value);
    isComplete = false;
    return '';
  });
  return isComplete ? path : undefined;
}

function queryText(query: Readonly<Record<string, string | string[]>>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one) => `${escapeText(name)}=${escapeText(one)}`),
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function escapeText(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
