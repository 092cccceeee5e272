import { Logger } from '@aws-lambda-powertools/logger';

/** Structured logs: every line carries the run, and where one is at work the account, region and cluster. Never what was read. */
export const logger = new Logger();
