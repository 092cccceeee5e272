import * as z from 'zod';
import type { GateVerdict } from '../ports.ts';

/** What one gate, or all of them, say. */
export interface GateAnswer {
  readonly verdict: GateVerdict;
  /** Sentences that name the gate; none when it passes. */
  readonly problems: readonly string[];
}

/** From the worst to the best: what is known to be broken comes before what nobody knows, and only what is known to be well passes. */
const ranking = ['fail', 'error', 'inconclusive', 'pass'] as const satisfies readonly GateVerdict[];

export const passes: GateAnswer = { verdict: 'pass', problems: [] };

/** The worst of the verdicts, with the problems of all, the worst first. Nothing asked is a pass. */
export function worstOf(answers: readonly GateAnswer[]): GateAnswer {
  const sorted = answers.toSorted((a, b) => ranking.indexOf(a.verdict) - ranking.indexOf(b.verdict));
  return { verdict: sorted[0]?.verdict ?? 'pass', problems: sorted.flatMap(({ problems }) => problems) };
}

const lambdaAnswerSchema = z.object({ verdict: z.enum(['pass', 'fail', 'inconclusive']), message: z.string().optional() });

/** What a gate function answered: `{ "verdict": "pass" | "fail" | "inconclusive", "message"?: "…" }`. Anything else is an error of the gate. */
export function lambdaAnswer(functionArn: string, answer: unknown): GateAnswer {
  const parsed = lambdaAnswerSchema.safeParse(answer);
  if (!parsed.success) {
    const expected = 'expected { "verdict": "pass", "fail" or "inconclusive", "message"?: "…" }';
    return { verdict: 'error', problems: [`gate ${functionArn} answered something else: ${expected}`] };
  }
  const { verdict, message } = parsed.data;
  if (verdict === 'pass') return passes;
  return { verdict, problems: [`gate ${functionArn} says ${verdict}${message === undefined ? '' : `: ${message}`}`] };
}

/** Problems that one sentence names; the timeline has all that ever came up. */
const named = 5;

/** The problems as one phrase. */
export function phrased(problems: readonly string[]): string {
  const more = problems.length - named;
  return `${problems.slice(0, named).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
