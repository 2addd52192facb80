/** `./periplus inventory rebuild`: the inventory anew from the lake, while the present one serves. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { AwsClient } from '../aws-client.ts';
import { addClientOptions, openClient } from '../client-options.ts';

interface Projection {
  readonly projectedSegment: number;
  readonly rolledSegment: number;
  readonly processes: number;
  readonly connections: number;
  readonly rebuild: number;
  readonly rebuilt: number;
}

const POLL_MS = 250;

export function addInventoryCommands(program: Command): void {
  const group = program.command('inventory').description('Servers, processes, connections and applications.');
  addClientOptions(
    group.command('rebuild').description('Make the inventory anew from telemetry and imports, and wait for it.'),
  )
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }, self: Command) => {
      const { client } = openClient(self);
      const startedAtMs = Date.now();
      const { rebuild } = await client.call<{ rebuild: number }>('periplus', 'RebuildInventory', {});
      const rebuilt = await waitFor(client, rebuild);
      const seconds = (Date.now() - startedAtMs) / 1000;
      const text = `Rebuilt in ${seconds.toFixed(1)} s: ${rebuilt.processes} processes, ${rebuilt.connections} connections.`;
      process.stdout.write(options.json === true ? `${JSON.stringify({ seconds, ...rebuilt })}\n` : `${text}\n`);
    });
}

async function waitFor(client: AwsClient, rebuild: number): Promise<Projection> {
  for (;;) {
    const projection = await client.call<Projection>('periplus', 'DescribeProjection', {});
    if (projection.rebuilt >= rebuild) return projection;
    await sleep(POLL_MS);
  }
}
