import { drainNodes } from './drain/drain-nodes.ts';
import { planBatch } from './drain/plan-batch.ts';
import { settleBatch } from './drain/settle-batch.ts';
import { soakBatch } from './drain/soak-batch.ts';
import { approval } from './phases/approval.ts';
import { cordonBlue } from './phases/cordon-blue.ts';
import { createGreen } from './phases/create-green.ts';
import { finish } from './phases/finish.ts';
import { freeze } from './phases/freeze.ts';
import { preflight } from './phases/preflight.ts';
import { retireBlue } from './phases/retire-blue.ts';
import { scaleGreen } from './phases/scale-green.ts';
import { takeSnapshot } from './phases/snapshot.ts';
import { soak } from './phases/soak.ts';
import { validateGreen } from './phases/validate-green.ts';
import type { Phase } from './phases.ts';
import { stop } from './revert/r0-stop.ts';
import { uncordonBlue } from './revert/r1-uncordon-blue.ts';
import { blueWhole } from './revert/r2-blue-whole.ts';
import { cordonGreen } from './revert/r3-cordon-green.ts';
import { restoreReplicas } from './revert/r4-replicas.ts';
import { baselineOnBlue } from './revert/r6-baseline.ts';
import { greenBack } from './revert/r7-green-back.ts';
import { restoreBlue } from './revert/r8-restore-blue.ts';
import { verifyRevert } from './revert/r9-verify.ts';
import { type DrainPart, done, type PhaseStep, type Side } from './step.ts';

const drainSteps: Readonly<Record<DrainPart, (...of: [...Parameters<PhaseStep>, Side]) => ReturnType<PhaseStep>>> = {
  'plan-batch': planBatch,
  'drain-nodes': drainNodes,
  'settle-batch': settleBatch,
  'soak-batch': soakBatch,
};

/** The step of each phase. Of those that empty a group `part` says which. */
export function stepOf(phase: Phase, part: DrainPart): PhaseStep {
  if (phase === 'drain') return (step) => drainSteps[part](step, 'blue');
  // Where green was left open, because blue is not whole, nothing is moved off it.
  if (phase === 'r5-drain-green')
    return async (step) => (step.record.stamps.greenCordoned ? drainSteps[part](step, 'green') : done({ greenLeftOpen: true }));
  return steps[phase];
}

const steps: Readonly<Record<Exclude<Phase, 'drain' | 'r5-drain-green'>, PhaseStep>> = {
  acquire: async () => done(),
  snapshot: takeSnapshot,
  preflight,
  'create-green': createGreen,
  freeze,
  'scale-green': scaleGreen,
  'validate-green': validateGreen,
  'cordon-blue': cordonBlue,
  soak,
  approval,
  'retire-blue': retireBlue,
  finish,
  'r0-stop': stop,
  'r1-uncordon-blue': uncordonBlue,
  'r2-blue-whole': blueWhole,
  'r3-cordon-green': cordonGreen,
  'r4-replicas': restoreReplicas,
  'r6-baseline': baselineOnBlue,
  'r7-green-back': greenBack,
  'r8-restore-blue': restoreBlue,
  'r9-verify': verifyRevert,
};
