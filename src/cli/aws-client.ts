import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { CliError } from './errors.ts';

export interface AwsTarget {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const TARGETS = {
  discovery: 'AWSPoseidonService_V2015_11_01',
  glue: 'AWSGlue',
  athena: 'AmazonAthena',
  periplus: 'Periplus',
} as const;
export type AwsJsonService = keyof typeof TARGETS;

/** Calls our own AWS endpoint as any SDK would; the commands go no other way than users do. */
export class AwsClient {
  readonly #target: AwsTarget;

  constructor(target: AwsTarget) {
    this.#target = target;
  }

  /** One awsJson call. @throws CliError with the service's own words */
  async call<T>(service: AwsJsonService, operation: string, input: object): Promise<T> {
    const request = {
      method: 'POST',
      path: '/',
      body: JSON.stringify(input),
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${TARGETS[service]}.${operation}` },
    };
    const response = await this.#send(service, request);
    const answer = (await response.json()) as Record<string, unknown>;
    if (response.ok) return answer as T;
    const type = String(answer.__type ?? 'error');
    throw new CliError(
      `${operation} failed: ${type.slice(type.lastIndexOf('#') + 1)}: ${answer.message ?? answer.Message ?? ''}`,
    );
  }

  /** One call of DataZone, which names its operations by method and path. @throws CliError with the service's own words */
  async callDataZone<T>(method: 'GET' | 'POST', path: string, input?: object): Promise<T> {
    const body = input === undefined ? {} : { body: JSON.stringify(input) };
    const headers: Record<string, string> = input === undefined ? {} : { 'content-type': 'application/json' };
    const response = await this.#send('datazone', { method, path, headers, ...body });
    const answer = (await response.json()) as Record<string, unknown>;
    if (response.ok) return answer as T;
    throw new CliError(`${response.headers.get('x-amzn-errortype') ?? 'error'}: ${answer.message ?? ''}`);
  }

  async #send(
    service: string,
    request: { method: string; path: string; headers: Record<string, string>; body?: string },
  ): Promise<Response> {
    const url = new URL(this.#target.endpoint);
    const { accessKeyId, secretAccessKey, region } = this.#target;
    const signer = new SignatureV4({
      service,
      region,
      sha256: Sha256,
      credentials: { accessKeyId, secretAccessKey },
    });
    const signed = await signer.sign({
      ...request,
      protocol: url.protocol,
      hostname: url.hostname,
      headers: { ...request.headers, host: url.host },
    });
    return reach(this.#target.endpoint, request.path, {
      method: request.method,
      headers: signed.headers,
      body: request.body ?? null,
    });
  }
}

/** One HTTP request to the server. @throws CliError when nothing answers there */
export async function reach(endpoint: string, path: string, init: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(new URL(path, endpoint), init);
  } catch {
    throw new CliError(`no server answers at ${endpoint}; start one with 'npm start', or name it with --endpoint`);
  }
}
