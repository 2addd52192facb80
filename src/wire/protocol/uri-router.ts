/**
 * Method and URI template to operation, on the RAW path: labels are cut out first and decoded afterwards, so a `%2F` in
 * a label never splits it. Where several templates fit (S3), literal query parameters decide, then required query and
 * header members, then literal path segments.
 */

import type { HttpTrait, ServiceModel } from '../model/service-model.ts';
import { decodeText } from '../percent.ts';
import type { WireRequest } from './protocol.ts';

type Segment = { readonly literal: string } | { readonly label: string; readonly isGreedy: boolean };

interface Route {
  readonly operationName: string;
  readonly segments: readonly Segment[];
  readonly query: readonly (readonly [string, string | undefined])[];
  readonly requiredQuery: readonly string[];
  readonly requiredHeaders: readonly string[];
}

export interface RouteMatch {
  readonly operationName: string;
  /** Literal query parameters of the template. */
  readonly literalQuery: readonly string[];
}

export interface UriRouter {
  match(request: WireRequest): RouteMatch | undefined;
}

export function createUriRouter(model: ServiceModel): UriRouter {
  const byMethod = new Map<string, Route[]>();
  for (const name of model.operationNames) {
    const http = model.httpTrait(name);
    if (http === undefined) continue;
    const routes = byMethod.get(http.method) ?? [];
    routes.push(compileRoute(model, name, http));
    byMethod.set(http.method, routes);
  }
  for (const routes of byMethod.values()) routes.sort(compareRoutes);
  return {
    match(request) {
      const fitting = (byMethod.get(request.method) ?? []).filter((route) => fits(route, request));
      // Nothing is refused here for a missing member: validation says that better.
      const found = fitting.find((route) => hasRequired(route, request)) ?? fitting.at(-1);
      return found && { operationName: found.operationName, literalQuery: found.query.map(([name]) => name) };
    },
  };
}

function compileRoute(model: ServiceModel, operationName: string, http: HttpTrait): Route {
  const { path, query } = splitTemplate(http.uri);
  const required = model.requiredBindings(operationName);
  return {
    operationName,
    segments: compileSegments(path),
    query,
    requiredQuery: required.query,
    requiredHeaders: required.headers,
  };
}

function splitTemplate(uri: string): { path: string; query: readonly (readonly [string, string | undefined])[] } {
  const [path = '/', query = ''] = uri.split('?');
  const pairs = query.split('&').filter((part) => part !== '');
  return {
    path,
    query: pairs.map((part) => [part.split('=')[0]!, part.includes('=') ? part.split('=')[1] : undefined]),
  };
}

function compileSegments(path: string): readonly Segment[] {
  const parts = path
    .split('/')
    .slice(1)
    .filter((part) => part !== '');
  return parts.map((part) => {
    const label = /^\{([^}+]+)(\+?)\}$/.exec(part);
    return label === null ? { literal: part } : { label: label[1]!, isGreedy: label[2] === '+' };
  });
}

/** Most particular first. */
function compareRoutes(a: Route, b: Route): number {
  const paths = [literalKey(a), literalKey(b)] as const;
  if (b.query.length !== a.query.length) return b.query.length - a.query.length;
  if (paths[0] !== paths[1]) return paths[0] < paths[1] ? 1 : -1;
  return requiredCount(b) - requiredCount(a);
}

function requiredCount(route: Route): number {
  return route.requiredQuery.length + route.requiredHeaders.length;
}

/** Compared as text: a literal beats a label beats a greedy label, from the left. */
function literalKey(route: Route): string {
  return route.segments.map((segment) => ('literal' in segment ? '3' : segment.isGreedy ? '1' : '2')).join('');
}

function fits(route: Route, request: WireRequest): boolean {
  if (cutPath(route.segments, request.path) === undefined) return false;
  return route.query.every(([name, value]) => hasQuery(request, name, value));
}

function hasRequired(route: Route, request: WireRequest): boolean {
  return (
    route.requiredQuery.every((name) => hasQuery(request, name, undefined)) &&
    route.requiredHeaders.every((name) => request.headers[name] !== undefined)
  );
}

function hasQuery(request: WireRequest, name: string, value: string | undefined): boolean {
  return request.query.some(([key, given]) => key === name && (value === undefined || given === value));
}

/** The raw text of every label, or undefined where the path does not fit. */
function cutPath(segments: readonly Segment[], path: string): ReadonlyMap<string, string> | undefined {
  const parts = path.split('/').slice(1);
  const labels = new Map<string, string>();
  const greedyAt = segments.findIndex((segment) => 'isGreedy' in segment && segment.isGreedy);
  const extra = parts.length - segments.length;
  // `/bucket/` is `/bucket`.
  if (greedyAt < 0 && extra === 1 && parts.at(-1) === '') parts.pop();
  else if (greedyAt < 0 ? extra !== 0 : extra < 0) return undefined;
  for (let at = 0, part = 0; at < segments.length; at++) {
    const segment = segments[at]!;
    const width = at === greedyAt ? extra + 1 : 1;
    const text = parts.slice(part, part + width).join('/');
    part += width;
    if ('literal' in segment ? text !== segment.literal : text === '') return undefined;
    if ('label' in segment) labels.set(segment.label, text);
  }
  return labels;
}

/** Decoded labels of a path that was matched against this template. */
export function readLabels(uri: string, path: string): ReadonlyMap<string, string> {
  const raw = cutPath(compileSegmentsOnce(uri), path) ?? new Map<string, string>();
  return new Map([...raw].map(([name, text]) => [name, decodeText(text)]));
}

const compiled = new Map<string, readonly Segment[]>();

function compileSegmentsOnce(uri: string): readonly Segment[] {
  const known = compiled.get(uri) ?? compileSegments(splitTemplate(uri).path);
  compiled.set(uri, known);
  return known;
}
