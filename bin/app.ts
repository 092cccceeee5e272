import { existsSync, readFileSync } from 'node:fs';
import { App, Aws, CliCredentialsStackSynthesizer, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import * as z from 'zod';
import { defaultConfiguration } from '../functions/config/defaults.ts';
import { parseConfiguration } from '../functions/config/load.ts';
import { ConfigurationInvalid } from '../functions/config/problems.ts';
import type { Configuration } from '../functions/config/schema.ts';
import { MemberStack } from '../lib/member-stack.ts';
import { ToolingStack } from '../lib/tooling-stack.ts';

/** What `-c key=value` may say, beyond the CDK's own keys. */
const contextSchema = z.object({
  config: z.string().refine(existsSync, { error: 'there is no such file' }).optional(),
  credentials: z.literal('cli', { error: 'expected cli, the only value' }).optional(),
  toolingAccount: z
    .string()
    .regex(/^\d{12}$/, { error: 'expected the 12 digits of the account of EksGreenlight' })
    .optional(),
  organizationId: z
    .string()
    .regex(/^o-[a-z0-9]{10,32}$/, { error: 'expected the id of an organization such as o-a1b2c3d4e5' })
    .optional(),
  athena: z.literal('true', { error: 'expected true, the only value' }).optional(),
  versions: z.literal('false', { error: 'expected false, the only value: local stacks know no versions of state machines' }).optional(),
  memberRoles: z
    .enum(['delegated', 'management', 'manual'], {
      error:
        'expected how the scan roles get into the accounts of the organization: delegated (default; by a StackSet of an account that may ' +
        'manage StackSets), management (by one of the management account), or manual (by yourself)',
    })
    .default('delegated'),
});

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

const context = contextSchema.safeParse(
  Object.fromEntries(Object.keys(contextSchema.shape).map((key) => [key, app.node.tryGetContext(key)])),
);
if (!context.success) refuse(`Cannot use the context given with -c:\n${z.prettifyError(context.error)}`);
const { config = 'greenlight.yaml', credentials, toolingAccount, memberRoles, athena, versions } = context.data;
const configuration = readConfiguration(config);
const organizationId = context.data.organizationId ?? configuration.scanRole.organizationId;

// The bootstrap roles unless told otherwise: restricted accounts and local stacks have only the caller's credentials.
const deployment = () => (credentials === 'cli' ? { synthesizer: new CliCredentialsStackSynthesizer() } : {});
new ToolingStack(app, 'EksGreenlight', {
  configuration,
  organizationId,
  memberRoles,
  athena: athena === 'true',
  versions: versions !== 'false',
  ...deployment(),
});
new MemberStack(app, 'EksGreenlightMember', { configuration, organizationId, toolingAccountId: toolingAccount, ...deployment() });

/** A mistake in the file ends the synthesis, before anything is deployed. Without a file every default holds, and the fleet is the account
 *  that the stacks are deployed into. */
function readConfiguration(file: string): Configuration {
  if (!existsSync(file)) return { ...defaultConfiguration, accounts: { explicit: [{ id: Aws.ACCOUNT_ID }] } };
  try {
    return parseConfiguration(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if (!(error instanceof ConfigurationInvalid)) throw error;
    refuse(`Cannot synthesize with ${file}:\n${error.message}`);
  }
}

/** What the operator has to mend, without the stack trace of an uncaught error. */
function refuse(message: string): never {
  console.error(message);
  process.exit(1);
}
