/** DuckDB's plan (its JSON form) as indented lines, without the places of files on disk. */

interface PlanNode {
  readonly name?: string;
  readonly operator_name?: string;
  readonly operator_cardinality?: number;
  readonly operator_timing?: number;
  readonly extra_info?: Readonly<Record<string, unknown>>;
  readonly children?: readonly PlanNode[];
}

const HIDDEN = new Set(['Filename(s)', 'Text']);

/** `json` is what EXPLAIN (FORMAT JSON) or EXPLAIN (ANALYZE, FORMAT JSON) answers. */
export function planLines(json: string, paths: readonly string[]): string[] {
  const plan = JSON.parse(json) as PlanNode | readonly PlanNode[];
  const roots = 'length' in plan ? plan : (plan.children ?? []);
  const lines = roots.flatMap((node) => nodeLines(node, 0));
  return lines.map((line) =>
    paths.reduce((text, path) => text.replaceAll(path, path.slice(path.lastIndexOf('/') + 1)), line),
  );
}

function nodeLines(node: PlanNode, depth: number): string[] {
  const children = (node.children ?? []).flatMap((child) => nodeLines(child, depth + 1));
  const name = (node.operator_name ?? node.name ?? '').trim();
  if (name === 'EXPLAIN_ANALYZE') return (node.children ?? []).flatMap((child) => nodeLines(child, depth));
  const measured =
    node.operator_timing === undefined
      ? ''
      : ` (${node.operator_cardinality ?? 0} rows, ${(node.operator_timing * 1000).toFixed(1)} ms)`;
  const indent = '    '.repeat(depth);
  const facts = Object.entries(node.extra_info ?? {})
    .filter(([key]) => !HIDDEN.has(key))
    .map(([key, value]) => `${indent}    ${key}: ${Array.isArray(value) ? value.join(', ') : String(value)}`);
  return [`${indent}- ${name}${measured}`, ...facts, ...children];
}
