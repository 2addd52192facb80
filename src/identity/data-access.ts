/**
 * What data access roles may not do. A role of the account may be assumed and may read every table unless a rule here says
 * no: ASSUME denies the role itself, READ denies it tables. Roles of other accounts cannot be assumed at all.
 */

import { compileGlob } from '../core/glob.ts';
import type { StateQueries } from '../ports/state/state-store.ts';

export type DeniedAction = 'ASSUME' | 'READ';

export interface DataAccessRule {
  readonly ruleId: string;
  /** An ARN, or `*` for every role. */
  readonly roleArn: string;
  readonly action: DeniedAction;
  /** Names in which `*` stands for any run of characters; both are `*` for ASSUME. */
  readonly database: string;
  readonly table: string;
}

/** The rules that concern one role, looked up once and asked often. */
export interface RoleAccess {
  readonly mayAssume: boolean;
  mayRead(database: string, table: string): boolean;
}

export async function readRoleAccess(queries: StateQueries, accountId: string, roleArn: string): Promise<RoleAccess> {
  const rules = (await listDataAccessRules(queries, accountId)).filter(
    (rule) => rule.roleArn === '*' || rule.roleArn === roleArn,
  );
  const isOwn = roleArn.split(':')[4] === accountId;
  const denied = rules
    .filter((rule) => rule.action === 'READ')
    .map((rule) => ({ matchesDatabase: compileGlob(rule.database), matchesTable: compileGlob(rule.table) }));
  return {
    mayAssume: isOwn && !rules.some((rule) => rule.action === 'ASSUME'),
    mayRead: (database, table) =>
      !denied.some(({ matchesDatabase, matchesTable }) => matchesDatabase(database) && matchesTable(table)),
  };
}

export async function listDataAccessRules(queries: StateQueries, accountId: string): Promise<DataAccessRule[]> {
  const rows = await queries
    .selectFrom('data_access_rules')
    .select(['rule_id', 'role_arn', 'action', 'database_name', 'table_name'])
    .where('account_id', '=', accountId)
    .orderBy('rule_id')
    .execute();
  return rows.map((row) => ({
    ruleId: row.rule_id,
    roleArn: row.role_arn,
    action: row.action as DeniedAction,
    database: row.database_name,
    table: row.table_name,
  }));
}

export async function insertDataAccessRule(
  queries: StateQueries,
  accountId: string,
  rule: DataAccessRule & { readonly nowMs: number },
): Promise<void> {
  await queries
    .insertInto('data_access_rules')
    .values({
      account_id: accountId,
      rule_id: rule.ruleId,
      role_arn: rule.roleArn,
      action: rule.action,
      database_name: rule.database,
      table_name: rule.table,
      created_at_ms: rule.nowMs,
    })
    .execute();
}

/** False when there was no such rule. */
export async function deleteDataAccessRule(queries: StateQueries, accountId: string, ruleId: string): Promise<boolean> {
  const result = await queries
    .deleteFrom('data_access_rules')
    .where('account_id', '=', accountId)
    .where('rule_id', '=', ruleId)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}
