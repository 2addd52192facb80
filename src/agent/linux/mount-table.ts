export interface MountedFileSystem {
  device: string;
  mountPoint: string;
}

/** /proc/mounts: file systems that lie on a disk of this host, each device once, the first mount of it. */
export function parseRealMounts(mounts: string): MountedFileSystem[] {
  const byDevice = new Map<string, MountedFileSystem>();
  for (const line of mounts.split('\n')) {
    const [source, target, type] = line.split(' ');
    if (source === undefined || target === undefined || type === undefined) continue;
    const device = deviceOf(unescapeOctal(source), type);
    if (device === null || byDevice.has(device)) continue;
    byDevice.set(device, { device, mountPoint: unescapeOctal(target) });
  }
  return [...byDevice.values()];
}

// A loop device is a file of a file system already counted; the data sets of a ZFS pool share one free space.
function deviceOf(source: string, type: string): string | null {
  if (type === 'zfs') return `zfs:${source.split('/')[0] ?? source}`;
  if (type === 'squashfs' || type === 'iso9660' || type === 'udf') return null;
  return source.startsWith('/dev/') && !source.startsWith('/dev/loop') ? source : null;
}

/** Blanks in names are written `\040`. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
