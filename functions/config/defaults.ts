import { type Configuration, configurationSchema } from './schema.ts';

const placeholder = { accounts: { explicit: [{ id: '000000000000' }] } };

/** Every default and no account: for what runs without a greenlight.yaml (`analyze`, the scan of one named cluster). It is the one
 *  configuration that would not parse, since a file that lists no account is a mistake. */
export const defaultConfiguration: Configuration = { ...configurationSchema.parse(placeholder), accounts: { explicit: [] } };
