import * as z from 'zod';
import { clusterReportSchema } from '../../functions/analysis/cluster-report.ts';
import { findingSchema } from '../../functions/checks/finding.ts';
import { configurationJsonSchema } from '../../functions/config/json-schema.ts';
import { runReportSchema } from '../../functions/fleet/run-report.ts';
import { inventorySchema } from '../../functions/inventory/inventory.ts';
import { notificationEventSchema } from '../../functions/notifications/event-schema.ts';
import { rotationEventSchema } from '../../functions/notifications/rotation/event-schema.ts';
import { evidence } from './evidence-kinds.ts';

/** docs/schema/*.json by file name. */
export function jsonSchemas(): Record<string, string> {
  const schemas = {
    inventory: published('inventory', 'What was seen of one cluster', inventory(), 'ref'),
    finding: published('finding', 'One statement about one subject of a cluster', findingSchema),
    'cluster-report': published('cluster-report', 'Everything that is said of one cluster', clusterReportSchema),
    'run-report': published('run-report', 'One scan of the fleet', runReportSchema),
    'rotation-event': published('rotation-event', 'News of a rotation', rotationEventSchema),
    'notification-event': published('notification-event', 'What subscribers of the alerts topic get', notificationEventSchema),
    configuration: configurationJsonSchema(),
  };
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [`${name}.json`, `${JSON.stringify(schema, null, 2)}\n`]));
}

/** The inventory with the data of each key that is collected; other keys are allowed and hold anything. */
function inventory() {
  const entry = inventorySchema.shape.evidence.valueType;
  const [collected, unavailable] = entry.options;
  const keys = evidence
    .filter(({ collect }) => collect)
    .map(({ key, schema }) => [key, collected.extend({ data: schema }).or(unavailable).optional()]);
  return inventorySchema.extend({ evidence: z.object(Object.fromEntries(keys)).catchall(entry) });
}

function published(name: string, description: string, schema: z.ZodType, reused: 'inline' | 'ref' = 'inline'): object {
  const { $schema, ...body } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    reused,
    override: ({ jsonSchema }) => openToAdditions(jsonSchema),
  });
  return { $schema, $id: `urn:eks-greenlight:${name}:1`, title: name, description, ...body };
}

/** Version 1 may get new fields: readers must not refuse what they do not know. Formats that have a name need no pattern. */
function openToAdditions(jsonSchema: z.core.JSONSchema.BaseSchema): void {
  if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
}
