/** What a run would change about an asset, in words: the two contents of its GlueTableForm side by side. */

interface FormColumn {
  readonly columnName: string;
  readonly dataType?: string;
  readonly columnDescription?: string;
}

type FormContent = Readonly<Record<string, unknown>> & { readonly columns?: readonly FormColumn[] };

export function describeChanges(before: string | undefined, after: string): string[] {
  if (before === undefined) return [];
  const [old, fresh] = [JSON.parse(before) as FormContent, JSON.parse(after) as FormContent];
  return [...describeMembers(old, fresh), ...describeColumns(old.columns ?? [], fresh.columns ?? [])];
}

function describeMembers(old: FormContent, fresh: FormContent): string[] {
  const names = [...new Set([...Object.keys(old), ...Object.keys(fresh)])].filter((name) => name !== 'columns');
  return names.flatMap((name) => {
    const [from, to] = [JSON.stringify(old[name]), JSON.stringify(fresh[name])];
    return from === to ? [] : [`${name}: ${from ?? 'absent'} -> ${to ?? 'absent'}`];
  });
}

function describeColumns(old: readonly FormColumn[], fresh: readonly FormColumn[]): string[] {
  const before = new Map(old.map((column) => [column.columnName, column]));
  const after = new Map(fresh.map((column) => [column.columnName, column]));
  const added = fresh.filter((column) => !before.has(column.columnName));
  const removed = old.filter((column) => !after.has(column.columnName));
  const changed = fresh.flatMap((column) => {
    const known = before.get(column.columnName);
    return known === undefined ? [] : describeColumn(known, column);
  });
  return [
    ...added.map((column) => `column ${column.columnName} added (${column.dataType ?? 'no type'})`),
    ...removed.map((column) => `column ${column.columnName} removed`),
    ...changed,
    ...(isReordered(old, fresh, before, after) ? ['columns in another order'] : []),
  ];
}

function describeColumn(old: FormColumn, fresh: FormColumn): string[] {
  const { columnName } = fresh;
  const type = old.dataType === fresh.dataType ? [] : [`column ${columnName}: ${old.dataType} -> ${fresh.dataType}`];
  return old.columnDescription === fresh.columnDescription ? type : [...type, `column ${columnName}: another comment`];
}

function isReordered(
  old: readonly FormColumn[],
  fresh: readonly FormColumn[],
  before: ReadonlyMap<string, FormColumn>,
  after: ReadonlyMap<string, FormColumn>,
): boolean {
  const kept = (columns: readonly FormColumn[], others: ReadonlyMap<string, FormColumn>) =>
    columns.map((column) => column.columnName).filter((name) => others.has(name));
  return kept(old, after).join('\n') !== kept(fresh, before).join('\n');
}
