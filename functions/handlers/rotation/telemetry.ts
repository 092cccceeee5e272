import { Logger } from '@aws-lambda-powertools/logger';

/** Structured logs: every line carries the rotation and its phase. Never what was read. */
export const logger = new Logger();
