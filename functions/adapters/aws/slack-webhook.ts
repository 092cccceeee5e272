import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { NotificationPorts } from '../../notifications/ports.ts';
import { systemCodeOf } from '../network-errors.ts';
import { clientSettings } from './client-settings.ts';
import type { CredentialProvider } from './credentials.ts';
import { awsError } from './errors.ts';

/** Posts of one message, the first included. */
const attempts = 4;
const answerMilliseconds = 10_000;
/** Slack asks for a second or so between messages; a function cannot wait for minutes. */
const longestWaitMilliseconds = 30_000;

/** One POST: status, `Retry-After` in seconds if it is there, and the body. Rejects when there was no answer. */
export type Post = (
  address: URL,
  body: string,
) => Promise<{ readonly status: number; readonly retryAfter: string | null; readonly text: string }>;

export interface SlackWebhookOptions {
  /** ARN of the secret whose text is the address of the webhook. */
  readonly secretArn: string;
  readonly region: string;
  /** @default those of the environment */
  readonly credentials?: CredentialProvider | undefined;
  /** @default fetch, without redirects */
  readonly post?: Post | undefined;
  /** Waits before another attempt, in milliseconds.
   *  @default by the clock */
  readonly wait?: ((milliseconds: number) => Promise<void>) | undefined;
}

/** A Slack incoming webhook. Who knows its address can post, so the address stands in the secret alone: no error carries it.
 *  @see https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
export function slackWebhook(options: SlackWebhookOptions): NonNullable<NotificationPorts['postSlack']> {
  const { secretArn, region, credentials, post = postByFetch, wait = sleep } = options;
  const client = new SecretsManagerClient({ ...clientSettings, region, ...(credentials ? { credentials } : {}) });
  let address: Promise<URL> | undefined;
  return async (message) => {
    const body = JSON.stringify(message);
    address ??= addressIn(client, secretArn);
    // A failure is not remembered, nor is an address that Slack no longer knows: the secret may have been changed meanwhile.
    const forget = () => {
      address = undefined;
    };
    address.catch(forget);
    const to = await address;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await post(to, body).catch((error: unknown) => ({ unanswered: unansweredReason(error) }));
      if ('status' in outcome && outcome.status >= 200 && outcome.status < 300) return;
      const mayPass = 'unanswered' in outcome || outcome.status === 429 || outcome.status >= 500;
      if (!mayPass || attempt === attempts) {
        forget();
        throw new Error(
          `Posting to the Slack webhook of ${secretArn}: ${'unanswered' in outcome ? outcome.unanswered : answered(outcome)}`,
        );
      }
      await wait(waitAfter('retryAfter' in outcome ? outcome.retryAfter : null, attempt));
    }
  };
}

async function addressIn(client: SecretsManagerClient, secretArn: string): Promise<URL> {
  const answer = await client.send(new GetSecretValueCommand({ SecretId: secretArn })).catch((error: unknown) => {
    throw awsError(error, { action: 'secretsmanager:GetSecretValue', target: secretArn });
  });
  const text = answer.SecretString?.trim() ?? '';
  if (URL.canParse(text) && new URL(text).protocol === 'https:') return new URL(text);
  throw new Error(`Reading the secret ${secretArn}: expected the address of a Slack incoming webhook, https://…, as plain text`);
}

function waitAfter(retryAfter: string | null, attempt: number): number {
  const asked = /^\d+$/.test(retryAfter ?? '') ? Number(retryAfter) * 1_000 : 500 * 2 ** attempt;
  return Math.min(asked, longestWaitMilliseconds);
}

/** Slack answers with a word such as `invalid_payload` or `channel_is_archived`; anything else is not repeated. */
function answered({ status, text }: { readonly status: number; readonly text: string }): string {
  const word = /^[a-z_]{1,60}$/.test(text.trim()) ? ` ${text.trim()}` : '';
  const advice = [403, 404, 410].includes(status) ? '; create the webhook again and put its address into the secret' : '';
  return `answered ${status}${word}${advice}`;
}

function unansweredReason(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${answerMilliseconds / 1_000} seconds`;
  const code = systemCodeOf(error) ?? (error instanceof Error ? systemCodeOf(error.cause) : undefined);
  return `not reached${code === undefined ? '' : ` (${code})`}; check the network of the function`;
}

async function postByFetch(address: URL, body: string): ReturnType<Post> {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    // A redirect could lead to plain http.
    redirect: 'manual',
    signal: AbortSignal.timeout(answerMilliseconds),
  });
  return { status: response.status, retryAfter: response.headers.get('retry-after'), text: await response.text() };
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
