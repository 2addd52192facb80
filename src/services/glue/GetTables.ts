import type { CatalogTable } from '../../catalog/catalog.ts';
import { compileNameExpression, NameExpressionError } from '../../catalog/name-expression.ts';
import { listTables } from '../../catalog/tables.ts';
import type { GetTablesRequest, GetTablesResponse, Table, TableAttributes } from '../../wire/generated/glue.ts';
import type { Handler } from '../../wire/handlers.ts';
import { describeTable } from './describe-catalog.ts';
import { InvalidInputException } from './errors.ts';
import type { GlueDeps } from './glue-service.ts';
import { readPage } from './paging.ts';
import { refuseTimeTravel, requireDatabase, requireDefaultCatalog } from './scope.ts';

const TABLES_A_PAGE_MAX = 100;

/** Tables and views of a database by name. */
export function getTables({ state, pageTokenKey }: GlueDeps): Handler<GetTablesRequest, GetTablesResponse> {
  return async (input, ctx) => {
    const { accountId } = ctx;
    requireDefaultCatalog(input.CatalogId, accountId);
    refuseTimeTravel(input);
    const matches = readExpression(input.Expression);
    const database = await requireDatabase(state.queries, accountId, input.DatabaseName);
    const { items, nextToken } = await readPage<CatalogTable>({
      key: pageTokenKey,
      ctx,
      inputs: { database: database.name, Expression: input.Expression },
      nextToken: input.NextToken,
      size: input.MaxResults ?? TABLES_A_PAGE_MAX,
      list: (page) => listTables(state.queries, accountId, database.name, page),
      keyOf: (table) => table.name,
      accepts: (table) => matches(table.name),
    });
    const describe = (table: CatalogTable) => pickAttributes(describeTable(table, accountId), input.AttributesToGet);
    return { TableList: items.map(describe), ...(nextToken === undefined ? {} : { NextToken: nextToken }) };
  };
}

function readExpression(expression: string | undefined): (name: string) => boolean {
  if (expression === undefined || expression === '') return () => true;
  try {
    return compileNameExpression(expression);
  } catch (error) {
    throw error instanceof NameExpressionError ? new InvalidInputException(error.message) : error;
  }
}

/** The name is always there: no table is without one. */
function pickAttributes(table: Table, attributes: readonly TableAttributes[] | undefined): Table {
  if (attributes === undefined || attributes.length === 0) return table;
  const { Name, TableType } = table;
  return attributes.includes('TABLE_TYPE') && TableType !== undefined ? { Name, TableType } : { Name };
}
