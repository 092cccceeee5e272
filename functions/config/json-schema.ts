import * as z from 'zod';
import { configurationSchema } from './schema.ts';

/** The schema of greenlight.yaml for editors (draft 2020-12), as a file is written: what has a default may be left out. */
export function configurationJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(configurationSchema, { target: 'draft-2020-12', io: 'input' });
  return {
    $schema,
    $id: 'urn:eks-greenlight:configuration:1',
    title: 'greenlight.yaml',
    description: 'Configuration of EKS Greenlight: what is scanned, how it is judged and whom to tell.',
    ...schema,
  };
}
