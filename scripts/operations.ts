/** What of the models this checkout answers, read from the sources: the services' tables of handlers and who composes them. */

import type { AstModel } from '../src/wire/model/smithy-ast.ts';
import { shapeName } from '../src/wire/model/smithy-ast.ts';
import type { Tree } from './tree.ts';

/** In the order people meet them. */
export const SERVICES = ['discovery', 'athena', 'glue', 's3', 'datazone', 'sts', 'periplus'] as const;
export type Service = (typeof SERVICES)[number];

export function readModel(tree: Tree, service: Service): AstModel {
  return JSON.parse(tree.read(`models/${service}.json`)) as AstModel;
}

/** Operations of a service's model, by name. */
export function modelledOperations(tree: Tree, service: Service): readonly string[] {
  const shapes = Object.values(readModel(tree, service).shapes);
  const operations = shapes.find((shape) => shape.type === 'service')?.operations ?? [];
  return operations.map(({ target }) => shapeName(target)).sort();
}

const HANDLERS = /: (?:Any)?Handlers(?:<\w+>)? = \{\n([\s\S]*?)\n {2}\};/;
const PART_OF_HANDLERS = /\): Handlers<\w+> \{\n {2}return \{\n([\s\S]*?)\n {2}\};/;

/**
 * Operations that a service's table of handlers lists: `const handlers: Handlers<…> = { … }` in `<svc>-service.ts`, and what
 * the `*-operations.ts` that it imports return as parts of that table.
 */
export function listedOperations(tree: Tree, service: Service): readonly string[] {
  const text = tree.read(serviceFile(service));
  const parts = [...text.matchAll(/from '\.\/([a-z-]+-operations\.ts)'/g)].map(
    (match) => PART_OF_HANDLERS.exec(tree.read(`src/services/${service}/${match[1]}`))?.[1] ?? '',
  );
  const tables = [HANDLERS.exec(text)?.[1] ?? '', ...parts];
  const names = tables.flatMap((table) =>
    [...table.matchAll(/^ {4}([A-Z]\w+)(?=[:,(])/gm)].map((match) => match[1] ?? ''),
  );
  return names.sort();
}

/** Files of a service named like operations: in Pascal case, as nothing else in the checkout is. */
export function operationFiles(tree: Tree, service: Service): readonly string[] {
  const pattern = new RegExp(`^src/services/${service}/([A-Z]\\w*)\\.ts$`);
  return tree.paths.flatMap((path) => pattern.exec(path)?.[1] ?? []);
}

/** Whether the server that `src/app` puts together has the service. */
export function isComposed(tree: Tree, service: Service): boolean {
  const sources = tree.paths.filter((path) => path.startsWith('src/app/') && path.endsWith('.ts'));
  return sources.some((path) => tree.read(path).includes(`services/${service}/${service}-service.ts`));
}

/** Operations that the server answers; the wire refuses all others by name. */
export function implementedOperations(tree: Tree, service: Service): readonly string[] {
  return isComposed(tree, service) ? listedOperations(tree, service) : [];
}

export function serviceFile(service: Service): string {
  return `src/services/${service}/${service}-service.ts`;
}
