import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { CollectionError } from '../../inventory/error-codes.ts';
import type { GatePort } from '../../rotation/ports.ts';
import { clientSettings } from './client-settings.ts';
import type { CredentialProvider } from './credentials.ts';
import { awsError } from './errors.ts';

export interface GateOptions {
  /** Of functions that are named without one. */
  readonly region: string;
  /** @default those of the environment: the functions are in the tooling account */
  readonly credentials?: CredentialProvider | undefined;
  /** Seconds for an answer; a step has a minute for all it does. @default 20 */
  readonly timeoutSeconds?: number;
}

const functionFailure = z.object({ errorType: z.string().optional(), errorMessage: z.string().optional() });

/** Functions that are asked whether to go on. The answer is what the function returned, as JSON.
 *  @throws CollectionError Timeout, Throttled, AccessDenied, NotFound; InvalidResponse when the function threw or returned no JSON */
export function gateFunctions({ region, credentials, timeoutSeconds = 20 }: GateOptions): GatePort {
  const clients = new Map<string, LambdaClient>();
  const clientIn = (of: string): LambdaClient => {
    const client = clients.get(of) ?? new LambdaClient({ ...clientSettings, region: of, ...(credentials ? { credentials } : {}) });
    clients.set(of, client);
    return client;
  };
  return {
    async invoke(functionArn, payload) {
      const deadline = AbortSignal.timeout(timeoutSeconds * 1000);
      const call = { action: 'lambda:InvokeFunction', target: functionArn, deadline };
      const command = new InvokeCommand({ FunctionName: functionArn, Payload: JSON.stringify(payload) });
      const { Payload, FunctionError } = await clientIn(regionOf(functionArn) ?? region)
        .send(command, { abortSignal: deadline })
        .catch((error: unknown) => {
          throw awsError(error, call);
        });
      const said = answerOf(Payload?.transformToString() ?? '', call.target);
      if (FunctionError === undefined) return said;
      const { errorType = FunctionError, errorMessage = 'without a message' } = functionFailure.safeParse(said).data ?? {};
      throw new CollectionError('InvalidResponse', `${call.action} of ${functionArn}: the function failed: ${errorType}: ${errorMessage}`);
    },
  };
}

function regionOf(functionArn: string): string | undefined {
  return functionArn.split(':')[3] || undefined;
}

/** A function that returns nothing answers nothing, or null. */
function answerOf(text: string, functionArn: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CollectionError(
      'InvalidResponse',
      `lambda:InvokeFunction of ${functionArn}: answered ${text.length} characters that are not JSON`,
      {
        cause: error,
      },
    );
  }
}
