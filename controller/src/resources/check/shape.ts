import { z } from 'zod';
import type { Path } from './finding.ts';

/** What of a JSON schema is read here. */
export interface Shape {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly additionalProperties?: Shape | boolean;
  readonly anyOf?: readonly Shape[];
}

/** The shape of what people write: the input side of a schema. */
export function shapeOf(schema: z.ZodType): Shape {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;
}

/** The part of a shape at a path; undefined where the path leaves it. */
export function shapeAt(shape: Shape, path: Path): Shape | undefined {
  return path.reduce<Shape | undefined>((at, step) => {
    if (at === undefined) return undefined;
    if (typeof step === 'number') return at.items;
    const rest = typeof at.additionalProperties === 'object' ? at.additionalProperties : undefined;
    return at.properties?.[step] ?? rest;
  }, shape);
}
