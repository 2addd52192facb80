/**
 * The door for AWS clients: one function for node:http. `answer` is the whole request path, top to bottom. Nothing
 * here knows a service; what differs between them is data (`service-rules.ts`, `errors/failure-table.ts`) or the model.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type AuthenticateDeps, authenticate, type Caller, type ResolveCredentials } from './authenticate.ts';
import { type BodySource, openBody } from './body/body-source.ts';
import { isHeldBack } from './body/expect-continue.ts';
import { ClientGone, drain } from './body/read-body.ts';
import { answerError, type ErrorScope, internalAnswer, violationError } from './errors/answer-error.ts';
import { WireFailure } from './errors/wire-failure.ts';
import { type Exchange, openExchange } from './exchange.ts';
import type { AnyHandlers, CallContext } from './handlers.ts';
import { DEFAULT_WIRE_LIMITS, type WireLimits } from './limits.ts';
import { type Operation, readServiceModel, type ServiceModel } from './model/service-model.ts';
import { createProtocol } from './protocol/create-protocol.ts';
import type { Protocol, WireResponse } from './protocol/protocol.ts';
import { respond } from './respond.ts';
import { SERVICE_RULES, type ServiceName, type ServiceRules } from './service-rules.ts';
import { SigningKeys } from './sigv4/signing-key.ts';
import { validate } from './validation/validate.ts';

export interface ServiceRegistration {
  readonly name: ServiceName;
  readonly handlers: AnyHandlers;
}

export interface CallRecord {
  /** A service's name, or 'unknown'. */
  readonly service: string;
  /** Empty when it is not known. */
  readonly operation: string;
  readonly status: number;
  readonly errorCode?: string | undefined;
  readonly durationMs: number;
  readonly requestId: string;
}

export interface WireOptions {
  readonly modelsDir: string;
  readonly services: readonly ServiceRegistration[];
  readonly resolveCredentials: ResolveCredentials;
  readonly nowMs: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly limits?: Partial<WireLimits> | undefined;
  readonly onCall?: ((record: CallRecord) => void) | undefined;
  readonly onInternalError?: ((error: unknown, requestId: string) => void) | undefined;
}

export type Wire = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

interface Service {
  readonly name: ServiceName;
  readonly rules: ServiceRules;
  readonly model: ServiceModel;
  readonly protocol: Protocol;
  readonly handlers: AnyHandlers;
}

interface Door extends AuthenticateDeps {
  readonly services: ReadonlyMap<string, Service>;
  readonly limits: WireLimits;
  readonly options: WireOptions;
}

/** What is known of a request so far: an error is answered with as much of it as there is. */
interface Progress {
  service: Service | undefined;
  operation: Operation | undefined;
}

export function createWire(options: WireOptions): Wire {
  const door: Door = {
    services: new Map(options.services.map((service) => [service.name, loadService(options.modelsDir, service)])),
    limits: { ...DEFAULT_WIRE_LIMITS, ...options.limits },
    keys: new SigningKeys(),
    resolveCredentials: options.resolveCredentials,
    nowMs: options.nowMs,
    options,
  };
  return async (req, res) => {
    try {
      await serve(door, req, res);
    } catch (error) {
      // Not even an answer could be written: nothing is left but to hang up and say so.
      options.onInternalError?.(error, '');
      res.destroy();
    }
  };
}

function loadService(modelsDir: string, { name, handlers }: ServiceRegistration): Service {
  const model = readServiceModel(join(modelsDir, `${name}.json`));
  const rules = SERVICE_RULES[name];
  return { name, rules, model, protocol: createProtocol(model, rules), handlers };
}

/** The request path. Each step throws to refuse; nothing before `handle` reaches a service. */
async function answer(door: Door, exchange: Exchange, progress: Progress): Promise<WireResponse> {
  const service = identify(door, exchange, progress);
  const caller = await authenticate(door, service.rules, exchange.raw, exchange.request);
  const body = openBody(exchange, caller, door.limits, service.rules.family === 's3');
  const operation = await route(service, exchange, body, progress);
  const payload = await body.receive(service.protocol.streamsInput(operation));
  const input = service.protocol.parse(operation, exchange.request, payload);
  checkConstraints(service, operation, input);
  const output = await handle(service, operation, input, contextOf(door, service, operation, exchange, caller));
  return service.protocol.write(operation, output, exchange.requestId);
}

function identify(door: Door, exchange: Exchange, progress: Progress): Service {
  progress.service = door.services.get(exchange.serviceHint);
  if (exchange.target.length > door.limits.targetCharsMax)
    throw new WireFailure('tooLarge', 'The request target is too long.');
  if (progress.service !== undefined) return progress.service;
  throw new WireFailure('unknownOperation', `Periplus does not serve '${exchange.serviceHint}' here.`);
}

async function route(service: Service, exchange: Exchange, body: BodySource, progress: Progress): Promise<Operation> {
  // awsQuery names its operation in the body, which therefore has to be there (and proven) first.
  const form = service.model.protocol === 'awsQuery' ? await body.receive(false) : undefined;
  const operation = service.protocol.findOperation(exchange.request, form instanceof Uint8Array ? form : undefined);
  progress.operation = operation;
  if (service.handlers[operation.name] !== undefined) return operation;
  throw new WireFailure('notSupported', `The operation ${operation.name} is not supported by Periplus.`);
}

function checkConstraints(service: Service, operation: Operation, input: unknown): void {
  const found = validate(operation.input, input);
  if (found.length === 0) return;
  const { unenforcedPatterns } = service.rules;
  const held = found.filter(
    ({ rule, path }) => rule.kind !== 'pattern' || !unenforcedPatterns.has(`${operation.name}.${path.join('.')}`),
  );
  if (held.length > 0) throw violationError(held, operation, service.rules);
}

function handle(service: Service, operation: Operation, input: unknown, context: CallContext): Promise<unknown> {
  const handler = service.handlers[operation.name]!;
  return handler(input as never, context);
}

function contextOf(
  door: Door,
  service: Service,
  operation: Operation,
  exchange: Exchange,
  caller: Caller,
): CallContext {
  return {
    service: service.name,
    operation: operation.name,
    requestId: exchange.requestId,
    accountId: caller.accountId,
    region: caller.claims.scope.region,
    accessKeyId: caller.claims.accessKeyId,
    nowMs: door.nowMs(),
    endpoint: exchange.endpoint,
    signal: exchange.signal,
  };
}

async function serve(door: Door, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const startedMs = door.nowMs();
  const exchange = openExchange(req, res, door.options.randomBytes);
  const progress: Progress = { service: undefined, operation: undefined };
  const outcome = await answer(door, exchange, progress).then(
    (response) => ({ response, errorCode: undefined }),
    (error: unknown) => refuse(door, exchange, progress, error),
  );
  if (outcome !== undefined) {
    const isDrained = !isHeldBack(req) && (await drain(req, door.limits.drainBytesMax, door.limits.drainMsMax));
    await respond(exchange, outcome.response, progress.service?.rules.family === 's3', isDrained);
  }
  // Only names the models have: a client may say any, and each would live on as a label of a metric.
  const record = {
    service: progress.service?.name ?? 'unknown',
    operation: progress.operation?.name ?? '',
    requestId: exchange.requestId,
  };
  const status = outcome?.response.status ?? 499;
  door.options.onCall?.({ ...record, status, errorCode: outcome?.errorCode, durationMs: door.nowMs() - startedMs });
}

function refuse(
  door: Door,
  exchange: Exchange,
  progress: Progress,
  error: unknown,
): { response: WireResponse; errorCode: string } | undefined {
  if (error instanceof ClientGone) return undefined;
  const service = progress.service ?? door.services.values().next().value;
  if (service === undefined) return undefined;
  const scope: ErrorScope = { rules: service.rules, model: service.model, operation: progress.operation };
  const known = answerError(error, scope);
  if (known === undefined) door.options.onInternalError?.(error, exchange.requestId);
  const seen = known ?? internalAnswer(scope, exchange.requestId);
  const place = {
    requestId: exchange.requestId,
    resource: exchange.request.path,
    messageMember: service.rules.messageMember,
  };
  return { response: service.protocol.writeError(seen, place), errorCode: seen.code };
}
