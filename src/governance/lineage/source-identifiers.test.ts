import { expect, test } from 'vitest';
import type { Dataset, Facets } from './run-event.ts';
import { datasetIdentifier, gluePlaceOf } from './source-identifiers.ts';

const PLACE = { accountId: '123456789012', region: 'us-east-1' };
const ON_GLUE: Facets = { 'environment-properties': { 'environment-properties': { GLUE_PYTHON_VERSION: '3' } } };

function identify(dataset: Partial<Dataset>, runFacets: Facets = {}): string {
  const whole = { namespace: 'ns', name: 'n', facets: {}, runFacets: {}, ...dataset };
  return datasetIdentifier(whole, PLACE, gluePlaceOf(runFacets, PLACE));
}

function linkedTo(name: string, namespace = 's3://lake'): Facets {
  return { symlinks: { identifiers: [{ namespace, name, type: 'TABLE' }] } };
}

test('a dataset is known by namespace and name', () => {
  expect(identify({ namespace: 's3://lake', name: 'sales/orders' })).toBe('s3://lake/sales/orders');
  const arn = 'arn:aws:glue:us-east-1:123456789012:table/sales/orders';
  expect(identify({ namespace: 'arn:aws:glue:us-east-1:123456789012:table', name: 'sales/orders' })).toBe(arn);
});

test('in a Glue run, a symlink to database.table makes it that table', () => {
  const arn = 'arn:aws:glue:us-east-1:123456789012:table/sales/orders-1';
  expect(identify({ facets: linkedTo('sales.orders-1') }, ON_GLUE)).toBe(arn);
  expect(identify({ facets: linkedTo('sales.orders-1') })).toBe('ns/n');
  for (const name of ['orders', 'a.sales.orders', '.orders', 'sales.'])
    expect(identify({ facets: linkedTo(name) }, ON_GLUE)).toBe('ns/n');
});

test('the region is the one the run says it is in', () => {
  const properties = { GLUE_VERSION: '5.0', AWS_REGION: 'eu-west-1' };
  const facets = { 'environment-properties': { 'environment-properties': properties } };
  expect(identify({ facets: linkedTo('a.b') }, facets)).toBe('arn:aws:glue:eu-west-1:123456789012:table/a/b');
});

test('a symlink that names the catalogue needs no Glue run', () => {
  const facets = linkedTo('table/sales/orders', 'arn:aws:glue:eu-west-1:210987654321');
  expect(identify({ facets })).toBe('arn:aws:glue:eu-west-1:210987654321:table/sales/orders');
});

test.each([
  ['redshift://wg.123456789012.us-east-1.redshift.amazonaws.com:5439', 'redshift'],
  ['redshift://wg.123456789012.us-east-1.redshift-serverless.amazonaws.com:5439', 'redshift-serverless'],
  ['redshift://wg.us-east-1:5439', 'redshift'],
])('a table of %s is known by its ARN', (namespace, service) => {
  const arn = `arn:aws:${service}:us-east-1:123456789012:table/wg/tpcds/public/sales`;
  expect(identify({ namespace, name: 'tpcds.public.sales' })).toBe(arn);
  expect(identify({ namespace, name: 'sales' })).toBe(`${namespace}/sales`);
});
