import { readKernelNames, readKernelText } from './kernel-files.ts';
import { parseCpuinfoTopology } from './system-texts.ts';

/** Sockets and cores by the groups of processors that share one; hot-unplugged processors have no topology. */
export function readCpuTopology(
  sysRoot: string,
  readCpuinfo: () => string,
): { cpuCount: number | null; coreCount: number | null } {
  const folder = `${sysRoot}/devices/system/cpu`;
  const packages = new Set<string>();
  const cores = new Set<string>();
  for (const name of readKernelNames(folder) ?? []) {
    if (!/^cpu\d+$/.test(name)) continue;
    const read = (file: string) => readKernelText(`${folder}/${name}/topology/${file}`, 4096);
    // Names since Linux 5.4, then the older ones.
    const core = read('core_cpus_list') ?? read('thread_siblings_list');
    const cpu = read('package_cpus_list') ?? read('core_siblings_list');
    if (core !== null) cores.add(core);
    if (cpu !== null) packages.add(cpu);
  }
  if (cores.size === 0) return parseCpuinfoTopology(readCpuinfo());
  return { cpuCount: packages.size || null, coreCount: cores.size };
}
