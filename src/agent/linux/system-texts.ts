// Parsers of the files that name the system and its hardware: text to values, no I/O.

/** os-release(5): `KEY=value`, values may be quoted the shell's way. */
export function parseOsRelease(text: string): { name: string | null; version: string | null } {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^([A-Z0-9_]+)=(.*)$/.exec(line.trim());
    if (match !== null) values.set(match[1] ?? '', unquote(match[2] ?? ''));
  }
  const version = values.get('VERSION') ?? values.get('VERSION_ID') ?? null;
  return { name: values.get('NAME') ?? withoutVersion(values.get('PRETTY_NAME')), version };
}

function unquote(value: string): string {
  const quoted = /^"(.*)"$|^'(.*)'$/.exec(value);
  return quoted === null ? value : (quoted[1] ?? quoted[2] ?? '').replace(/\\(["$`\\])/g, '$1');
}

function withoutVersion(prettyName: string | undefined): string | null {
  return prettyName?.replace(/ v?\d.*$/, '') ?? null;
}

/** First processor's name of /proc/cpuinfo; ARM has none there. */
export function parseCpuModel(cpuinfo: string): string | null {
  const match = /^(?:model name|cpu model|cpu)\s*: (.+)$/m.exec(cpuinfo);
  return match?.[1]?.trim() ?? null;
}

/** Sockets and cores by /proc/cpuinfo, for hosts without topology in /sys. */
export function parseCpuinfoTopology(cpuinfo: string): { cpuCount: number | null; coreCount: number | null } {
  const packages = new Set<string>();
  const cores = new Set<string>();
  for (const block of cpuinfo.split('\n\n')) {
    const packageId = /^physical id\s*: (\d+)/m.exec(block)?.[1];
    const coreId = /^core id\s*: (\d+)/m.exec(block)?.[1];
    if (packageId === undefined || coreId === undefined) continue;
    packages.add(packageId);
    cores.add(`${packageId}:${coreId}`);
  }
  return { cpuCount: packages.size || null, coreCount: cores.size || null };
}

/** Vendor and product as the firmware names them, to osquery's words; null when it names none that we know. */
export function parseHypervisor(vendor: string, product: string): string | null {
  const text = `${vendor} ${product}`.toLowerCase();
  if (text.includes('vmware')) return 'vmware';
  if (text.includes('xen') || /\bhvm domu\b/.test(text)) return 'xen';
  if (text.includes('microsoft') && text.includes('virtual machine')) return 'hyperv';
  if (text.includes('virtualbox') || text.includes('innotek')) return 'virtualbox';
  if (text.includes('amazon ec2')) return product.includes('metal') ? null : 'kvm';
  return /qemu|kvm|bochs|openstack|google compute engine|ovirt|rhev|nutanix|digitalocean/.test(text) ? 'kvm' : null;
}
