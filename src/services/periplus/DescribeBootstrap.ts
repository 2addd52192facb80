import type { DescribeBootstrapInput, DescribeBootstrapOutput } from '../../wire/generated/periplus.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { PeriplusDeps } from './periplus-service.ts';

/** Nothing as long as nobody has bootstrapped. */
export function describeBootstrap({
  bootstrap,
}: PeriplusDeps): Handler<DescribeBootstrapInput, DescribeBootstrapOutput> {
  return async (_, { accountId }) => (await bootstrap.find(accountId)) ?? {};
}
