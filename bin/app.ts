import { existsSync, readFileSync } from 'node:fs';
import { App, CliCredentialsStackSynthesizer, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { z } from 'zod';
import { parseConfiguration } from '../functions/config/load.ts';
import { ConfigurationInvalid } from '../functions/config/problems.ts';
import { ToolingStack } from '../lib/tooling-stack.ts';

/** What `-c key=value` may say, beyond the CDK's own keys. */
const contextSchema = z.object({
  config: z.string().refine(existsSync, { error: 'there is no such file' }).optional(),
  credentials: z.literal('cli', { error: 'expected cli, the only value' }).optional(),
});

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

const context = contextSchema.safeParse({ config: app.node.tryGetContext('config'), credentials: app.node.tryGetContext('credentials') });
if (!context.success) refuse(`Cannot use the context given with -c:\n${z.prettifyError(context.error)}`);
validateConfiguration(context.data.config ?? 'greenlight.yaml');

new ToolingStack(app, 'EksGreenlight', {
  // The bootstrap roles unless told otherwise: restricted accounts and local stacks have only the caller's credentials.
  ...(context.data.credentials === 'cli' && { synthesizer: new CliCredentialsStackSynthesizer() }),
});

/** A mistake in the file ends the synthesis, before anything is deployed. Without a file every default holds. */
function validateConfiguration(file: string): void {
  if (!existsSync(file)) return;
  try {
    parseConfiguration(readFileSync(file, 'utf8'), file);
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
