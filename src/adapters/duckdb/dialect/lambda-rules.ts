/** Functions that take lambdas. A lambda cannot go through a macro, so these are rebuilt (athena-sql reference, 3.2). */
import { notSupported } from './dialect-error.ts';
import type { RewriteContext } from './rewrite-context.ts';
import { asList, call, column, isObject, type Json, type JsonObject, nameOf, partsOf, template } from './tree.ts';

type LambdaRule = (args: readonly Json[], context: RewriteContext, name: string) => Json;

const ENTRY_KEY = '$p.key';
const ENTRY_VALUE = '$p.value';

export const LAMBDA_RULES: Readonly<Record<string, LambdaRule>> = {
  transform: ([list, lambda]) => call('list_transform', list!, checked(lambda, 1, 'transform')),
  filter: ([list, lambda]) => call('list_filter', list!, checked(lambda, 1, 'filter')),
  reduce: ([list, start, step, finish]) => {
    const folded = call('list_reduce', list!, checked(step, 2, 'reduce'), start!);
    const finished = call('list_transform', call('athena_list1', folded), checked(finish, 1, 'reduce'));
    return template('$list[1]', { list: finished });
  },
  any_match: ([list, lambda]) => call('athena_any', call('list_transform', list!, checked(lambda, 1, 'any_match'))),
  all_match: ([list, lambda]) => call('athena_all', call('list_transform', list!, checked(lambda, 1, 'all_match'))),
  none_match: ([list, lambda]) => {
    const any = call('athena_any', call('list_transform', list!, checked(lambda, 1, 'none_match')));
    return template('(NOT $any)', { any });
  },
  zip_with: ([left, right, lambda], context) => {
    const body = overPairs(lambda, context, ['$p[1]', '$p[2]'], 'zip_with');
    return call('list_transform', call('list_zip', left!, right!), body);
  },
  map_filter: ([map, lambda], context) => {
    const kept = call(
      'list_filter',
      call('map_entries', map!),
      overPairs(lambda, context, [ENTRY_KEY, ENTRY_VALUE], 'map_filter'),
    );
    return call('map_from_entries', kept);
  },
  transform_values: ([map, lambda], context) =>
    mapOf(
      map!,
      overPairs(lambda, context, [ENTRY_KEY, ENTRY_VALUE], 'transform_values', (p, body) => [field(p, 'key'), body]),
    ),
  transform_keys: ([map, lambda], context) =>
    mapOf(
      map!,
      overPairs(lambda, context, [ENTRY_KEY, ENTRY_VALUE], 'transform_keys', (p, body) => [body, field(p, 'value')]),
    ),
};

function mapOf(map: Json, lambda: Json): Json {
  return call('map_from_entries', call('list_transform', call('map_entries', map), lambda));
}

function field(parameter: string, name: 'key' | 'value'): Json {
  return template(name === 'key' ? ENTRY_KEY : ENTRY_VALUE, { p: column(parameter) });
}

function checked(node: Json | undefined, parameters: number, name: string): Json {
  const lambda = partsOf(node, 'lambda');
  if (lambda === undefined || asList(lambda.parameters).length !== parameters) {
    throw notSupported(`${name} without a lambda of ${parameters} parameter(s)`, name);
  }
  return node ?? null;
}

/** The two-parameter lambda as one over pairs; with `entry`, its result becomes part of a map entry. */
function overPairs(
  node: Json | undefined,
  context: RewriteContext,
  [first, second]: readonly [string, string],
  name: string,
  entry?: (parameter: string, body: Json) => [Json, Json],
): Json {
  const lambda = partsOf(checked(node, 2, name), 'lambda');
  const [one, two] = asList(lambda?.parameters).map((parameter) => nameOf(parameter)?.toLowerCase() ?? '');
  const parameter = context.freshName();
  const holes = { p: column(parameter) };
  const values = new Map([
    [one ?? '', template(first, holes)],
    [two ?? '', template(second, holes)],
  ]);
  const body = substitute(lambda?.body ?? null, values);
  const result = entry === undefined ? body : call('athena_entry', ...entry(parameter, body));
  return {
    lambda: {
      ...(lambda as JsonObject),
      parameters: [{ name: parameter, quoted: false, trailing_comments: [], span: null }],
      body: result,
    },
  };
}

/** Puts the values in the place of the parameters, except where an inner lambda has a parameter of that name. */
function substitute(node: Json, values: ReadonlyMap<string, Json>): Json {
  if (Array.isArray(node)) return node.map((item) => substitute(item, values));
  if (!isObject(node)) return node;
  const parts = partsOf(node, 'column');
  if (parts !== undefined) {
    const qualifier = nameOf(parts.table)?.toLowerCase();
    if (qualifier === undefined) return structuredClone(values.get(nameOf(parts.name)?.toLowerCase() ?? '') ?? node);
    const row = values.get(qualifier);
    return row === undefined ? node : { dot: { this: structuredClone(row), field: parts.name ?? null } };
  }
  const inner = partsOf(node, 'lambda');
  const hidden = new Set(asList(inner?.parameters).map((parameter) => nameOf(parameter)?.toLowerCase()));
  const visible = inner === undefined ? values : new Map([...values].filter(([key]) => !hidden.has(key)));
  return Object.fromEntries(Object.entries(node).map(([key, part]) => [key, substitute(part, visible)]));
}
