/**
 * Which unmodified clients call an operation in a test. Read from the tests' sources: a call that is taken out of a test
 * leaves the ledger with it. Only tests that reach the real operation count: `acceptance/` and `test/services-*.test.ts`.
 */

import type { Service } from './operations.ts';
import type { Tree } from './tree.ts';

export const CLIENTS = ['AWS SDK for JavaScript', 'boto3', 'AWS CLI'] as const;
export type Client = (typeof CLIENTS)[number];

type Detector = (text: string, service: Service, operation: string) => boolean;

const DETECTORS: Readonly<Record<Client, Detector>> = {
  'AWS SDK for JavaScript': (text, service, operation) =>
    callsVersion3(text, service, operation) || callsVersion2(text, service, operation),
  boto3: callsBoto3,
  'AWS CLI': callsCli,
};

const TESTS = /^(?:acceptance\/.*\.(?:ts|py|sh)|test\/services-[^/]*\.test\.ts)$/;

export function clientsOf(tree: Tree, service: Service, operation: string): readonly Client[] {
  const texts = testTexts(tree);
  return CLIENTS.filter((client) => texts.some((text) => DETECTORS[client](text, service, operation)));
}

const TEXTS = new WeakMap<Tree, readonly string[]>();

function testTexts(tree: Tree): readonly string[] {
  const known = TEXTS.get(tree);
  if (known !== undefined) return known;
  const texts = tree.paths.filter((path) => TESTS.test(path)).map((path) => withoutComments(tree.read(path)));
  TEXTS.set(tree, texts);
  return texts;
}

/** Whole-line comments: a call that is commented out is no call. */
function withoutComments(text: string): string {
  return text.replace(/^\s*(?:\/\/|#|\*|\/\*).*$/gm, '');
}

function callsVersion3(text: string, service: Service, operation: string): boolean {
  if (!text.includes(`'@aws-sdk/client-${service}'`)) return false;
  return text.includes(`new ${operation}Command(`) || text.includes(`paginate${operation}(`);
}

/** The old SDK is here for the one service that the new one has no client of. */
function callsVersion2(text: string, service: Service, operation: string): boolean {
  if (service !== 'discovery' || !text.includes("from 'aws-sdk'")) return false;
  return text.includes(`.${operation[0]?.toLowerCase()}${operation.slice(1)}(`);
}

function callsBoto3(text: string, service: Service, operation: string): boolean {
  const name = words(operation).join('_');
  const clients = [...text.matchAll(new RegExp(`(\\w+)\\s*=\\s*(?:\\w+\\.)?client\\(\\s*['"]${service}['"]`, 'g'))].map(
    (match) => match[1],
  );
  return clients.some((client) =>
    new RegExp(`\\b${client}\\.(?:${name}\\b|get_paginator\\(\\s*['"]${name}['"])`).test(text),
  );
}

function callsCli(text: string, service: Service, operation: string): boolean {
  const command = service === 's3' ? 's3api' : service;
  const gap = `['"]?[,\\s]\\s*['"]?`;
  return new RegExp(`\\b${command}${gap}${words(operation).join('-')}\\b(?!-)`).test(text);
}

/** `ListObjectsV2` as clients cut it: list, objects, v2. */
function words(operation: string): string[] {
  const spaced = operation.replace(/(.)([A-Z][a-z]+)/g, '$1 $2').replace(/([a-z0-9])([A-Z])/g, '$1 $2');
  return spaced.toLowerCase().split(' ');
}
