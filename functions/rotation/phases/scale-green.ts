import { takesPods } from '../drain/assess-nodes.ts';
import { growGreen } from '../node-groups/grow-green.ts';
import { done, type PhaseStep } from '../step.ts';

/** Green grows until it can take all of blue: a canary, then in steps, never downwards (rotation.md §4.1). */
export const scaleGreen: PhaseStep = async (step) => {
  const grown = await growGreen(step);
  if ('outcome' in grown) return grown.outcome;
  return done({ ready: grown.whole.nodes.filter(takesPods).length, wanted: step.record.size });
};
