// What tells this host from others over re-installs of the agent: the system's own id, else the firmware's.

import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';

const LINUX_SOURCES = ['/etc/machine-id', '/var/lib/dbus/machine-id', '/sys/class/dmi/id/product_uuid'] as const;

/** Undefined when neither system nor firmware gives an id that can be unique. */
export async function readMachineId(): Promise<string | undefined> {
  if (process.platform === 'linux') {
    for (const path of LINUX_SOURCES) {
      const id = parseMachineId(await readFile(path, 'utf8').catch(() => ''));
      if (id !== undefined) return id;
    }
    return undefined;
  }
  const { uuid } = await import('systeminformation');
  const ids = await uuid();
  return parseMachineId(ids.hardware) ?? parseMachineId(ids.os);
}

export function createMachineId(): string {
  return randomUUID();
}

/** Lower case; undefined for what is no UUID or one that many hosts share (all zeros, all F, as some vendors ship). */
export function parseMachineId(text: string): string | undefined {
  const id = text.trim().toLowerCase();
  const digits = id.replaceAll('-', '');
  if (!/^[0-9a-f]{32}$/.test(digits) || /^(.)\1*$/.test(digits)) return undefined;
  return id;
}
