import { join } from 'node:path';
import { formatDay } from '../../../core/time.ts';
import { eachServerPage } from '../../../inventory/whole-inventory.ts';
import { listFilesBetween } from '../../../telemetry/store.ts';
import { CsvFile } from '../csv-file.ts';
import type { Ec2Preferences, ExportTask } from '../export-task.ts';
import type { MakingPlace, MakingPorts } from '../making.ts';
import type { ZipEntry } from '../zip-file.ts';
import { readPriceFile } from './price-file.ts';
import { recommend } from './recommend.ts';
import { RECOMMENDATION_COLUMNS } from './recommendation-columns.ts';
import { type Percentiles, shareOf } from './requirements.ts';
import { readPercentiles, type ServerAgents } from './sample-percentiles.ts';

/** One instance type for each server, as a CSV file. */
export async function makeEc2Export(
  ports: MakingPorts,
  task: ExportTask,
  asked: { readonly preferences: Ec2Preferences; readonly place: MakingPlace },
): Promise<ZipEntry[]> {
  const { preferences, place } = asked;
  const prices = await readPriceFile(place.pricesFile, preferences);
  const percentiles = await percentilesOf(ports, task, preferences);
  const basis = { preferences, prices, excluded: new Set(preferences.excludedInstanceTypes) };
  const day = formatDay(ports.clock.nowMs());
  const name = `EC2InstanceRecommendations-${preferences.cpu.name}-${day}.csv`;
  const path = join(place.folder, name);
  await using file = await CsvFile.create(
    path,
    RECOMMENDATION_COLUMNS.map(([header]) => header),
  );
  for await (const page of eachServerPage(ports.state.queries, task.accountId)) {
    place.signal.throwIfAborted();
    const made = page.map((server) => recommend(server, percentiles.get(server.serverId), basis));
    await file.write(made.map((one) => RECOMMENDATION_COLUMNS.map(([, read]) => read(one))));
  }
  return [{ name, path }];
}

/** Of every server with samples, when a basis asks for some. */
async function percentilesOf(
  ports: MakingPorts,
  task: ExportTask,
  preferences: Ec2Preferences,
): Promise<Map<string, Percentiles>> {
  const shares = { cpu: shareOf(preferences.cpu), ram: shareOf(preferences.ram) };
  if (shares.cpu === undefined && shares.ram === undefined) return new Map();
  const servers: ServerAgents[] = [];
  for await (const page of eachServerPage(ports.state.queries, task.accountId))
    for (const { serverId, agents } of page) if (agents.length > 0) servers.push({ serverId, agents });
  const files = await listFilesBetween(ports.state.queries, task.accountId, 'sys_performance_agent', {});
  const paths = files.map((file) => ports.objects.locate(file.objectKey));
  await using writer = await ports.openWriter();
  return await readPercentiles(writer, { paths, servers, shares });
}
