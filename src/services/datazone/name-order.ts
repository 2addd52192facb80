/** Lists that can be sorted by name are newest first unless sorting is asked for. */
export function orderOf({
  sortBy,
  sortOrder,
}: {
  readonly sortBy?: 'NAME' | undefined;
  readonly sortOrder?: 'ASCENDING' | 'DESCENDING' | undefined;
}): 'newest' | 'nameUp' | 'nameDown' {
  if (sortBy === undefined && sortOrder === undefined) return 'newest';
  return sortOrder === 'DESCENDING' ? 'nameDown' : 'nameUp';
}
