import { openPipeline, type Pipeline } from '../../wiring/pipeline.ts';
import { readEnvironment } from './environment.ts';

let opened: Pipeline | undefined;

/** The pipeline of this function, opened at the first invocation and kept for the next ones. */
export function openedPipeline(): Pipeline {
  opened ??= openPipeline(readEnvironment());
  return opened;
}
