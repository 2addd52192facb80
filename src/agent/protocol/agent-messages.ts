import { z } from 'zod';

// Answers of the native agent protocol, version 1. Members we do not know are let through: servers grow.

const INTERVAL_MS_MIN = 1000;
const INTERVAL_MS_MAX = 24 * 3600 * 1000;
const IntervalMs = z.int().min(INTERVAL_MS_MIN).max(INTERVAL_MS_MAX);

export const HeartbeatAnswer = z.object({
  collection: z.enum(['STARTED', 'STOPPED']),
  sampleIntervalMs: IntervalMs,
  sendIntervalMs: IntervalMs,
});
export type HeartbeatAnswer = z.infer<typeof HeartbeatAnswer>;

export const EnrollAnswer = HeartbeatAnswer.extend({
  agentId: z.string().min(1).max(200),
  agentKey: z.string().min(1).max(4096),
});
export type EnrollAnswer = z.infer<typeof EnrollAnswer>;

export const BatchAnswer = z.object({
  accepted: z.int().min(0),
  rejected: z.array(z.object({ table: z.string(), row: z.int(), reason: z.string() })).default([]),
  /** Absent from servers that list every rejected row. */
  rejectedRows: z.int().min(0).optional(),
  duplicate: z.boolean(),
});
export type BatchAnswer = z.infer<typeof BatchAnswer>;

export const Refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

export interface EnrollRequest {
  enrollmentToken: string;
  machineId: string;
  hostName: string;
  agentVersion: string;
  platform: string;
}

export interface HeartbeatRequest {
  agentVersion: string;
  health: 'HEALTHY' | 'UNHEALTHY' | 'SHUTDOWN';
  spoolBytes: number;
}
