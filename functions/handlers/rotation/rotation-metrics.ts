import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Outcome } from '../../rotation/phases.ts';
import type { StepAnswer } from '../../rotation/run-step.ts';

/** Publishes how a rotation ended, in the Embedded Metric Format; no dimension names a cluster. */
export function publishEnd(outcome: Outcome | null): void {
  if (outcome === null) return;
  const ended = new Metrics().singleMetric();
  ended.addDimension('Outcome', outcome);
  ended.addMetric('RotationsEnded', MetricUnit.Count, 1);
  const needsHuman = outcome === 'hold-both-up' || outcome === 'dirty-finish';
  new Metrics().singleMetric().addMetric('RotationNeedsHuman', MetricUnit.Count, needsHuman ? 1 : 0);
}

/** Publishes how long a phase took, once it is done. */
export function publishPhase({ phase, status, phaseSeconds }: StepAnswer): void {
  if (status !== 'done') return;
  const metric = new Metrics().singleMetric();
  metric.addDimension('Phase', phase);
  metric.addMetric('RotationPhaseSeconds', MetricUnit.Seconds, phaseSeconds);
}
