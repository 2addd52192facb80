/** What Athena calls the three kinds of statement. */
export type StatementType = 'DDL' | 'DML' | 'UTILITY';

/** A table or view as a statement names it, in lower case; without a database it is the context's. */
export interface TableName {
  readonly database?: string;
  readonly table: string;
}

/** Statements that are answered here, from the catalogue; `read` is the engine's. */
export type Statement =
  | { readonly kind: 'read' }
  | { readonly kind: 'show-databases'; readonly pattern?: string }
  | { readonly kind: 'show-tables'; readonly database?: string; readonly pattern?: string; readonly viewsOnly: boolean }
  | { readonly kind: 'show-columns'; readonly name: TableName }
  | { readonly kind: 'show-partitions'; readonly name: TableName }
  | { readonly kind: 'show-properties'; readonly name: TableName; readonly property?: string }
  | { readonly kind: 'show-create-table'; readonly name: TableName }
  | { readonly kind: 'show-create-view'; readonly name: TableName }
  | { readonly kind: 'describe'; readonly name: TableName; readonly formatted: boolean }
  | CreateView
  | { readonly kind: 'drop-view'; readonly name: TableName; readonly ifExists: boolean };

export interface CreateView {
  readonly kind: 'create-view';
  readonly name: TableName;
  readonly replaces: boolean;
  readonly comment?: string;
  /** The SELECT, as the user wrote it. */
  readonly sql: string;
  /** A statement with the SELECT's columns and no rows, with every position in it as in the user's text. */
  readonly probeSql: string;
}
