import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alarmAnswer, alarmName } from '../../../functions/rotation/decide/alarms.ts';
import { lambdaAnswer, passes, phrased, worstOf } from '../../../functions/rotation/decide/gate-answer.ts';

const answer = fc.record({ verdict: fc.constantFrom('pass', 'fail', 'inconclusive', 'error'), problems: fc.array(fc.string()) });

describe('the answers of gates', () => {
  it('pass only when all pass', () => {
    expect(worstOf([])).toEqual(passes);
    fc.assert(
      fc.property(fc.array(answer), (answers) => {
        expect(worstOf(answers).verdict === 'pass').toBe(answers.every(({ verdict }) => verdict === 'pass'));
      }),
    );
  });

  it('are ranked fail, error, inconclusive, pass, in whatever order they come, and no problem is lost', () => {
    fc.assert(
      fc.property(fc.array(answer, { minLength: 1 }), (answers) => {
        const ranks = ['fail', 'error', 'inconclusive', 'pass'];
        const worst = worstOf(answers);
        expect(ranks.indexOf(worst.verdict)).toBe(Math.min(...answers.map(({ verdict }) => ranks.indexOf(verdict))));
        expect(worst.problems.toSorted()).toEqual(answers.flatMap(({ problems }) => problems).toSorted());
      }),
    );
  });

  it('name the first problems and count the others', () => {
    expect(phrased(['a', 'b'])).toBe('a; b');
    expect(phrased(['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toBe('a; b; c; d; e; and 2 more');
  });
});

describe('a gate function', () => {
  it.each([
    [{ verdict: 'pass' }, 'pass', []],
    [{ verdict: 'pass', message: 'fine' }, 'pass', []],
    [{ verdict: 'fail', message: 'errors above 1 %' }, 'fail', ['gate arn:f says fail: errors above 1 %']],
    [{ verdict: 'inconclusive' }, 'inconclusive', ['gate arn:f says inconclusive']],
  ])('that answers %j is understood', (given, verdict, problems) => {
    expect(lambdaAnswer('arn:f', given)).toEqual({ verdict, problems });
  });

  it.each([undefined, null, 'pass', {}, { verdict: 'error' }, { verdict: 'PASS' }, { verdict: 'pass', message: 1 }])(
    'that answers %j is an error, never a pass',
    (given) => {
      expect(lambdaAnswer('arn:f', given)).toMatchObject({
        verdict: 'error',
        problems: [expect.stringContaining('gate arn:f answered something else')],
      });
    },
  );
});

describe('an alarm', () => {
  it.each([
    ['OK', 'pass'],
    ['ALARM', 'fail'],
    ['INSUFFICIENT_DATA', 'inconclusive'],
    ['SOMETHING_NEW', 'error'],
    [undefined, 'error'],
  ])('in state %s is %s', (StateValue, verdict) => {
    expect(alarmAnswer('web', { AlarmName: 'web', StateValue })).toMatchObject({ verdict });
  });

  it('says why it is in ALARM', () => {
    expect(alarmAnswer('web', { AlarmName: 'web', StateValue: 'ALARM', StateReason: '3 datapoints' }).problems).toEqual([
      'alarm web is in ALARM: 3 datapoints',
    ]);
  });

  it('that is not there guards nothing', () => {
    expect(alarmAnswer('web', undefined)).toMatchObject({
      verdict: 'error',
      problems: ['alarm web does not exist in the account and region of the cluster'],
    });
  });

  it('is asked for by its name, also where its ARN is given', () => {
    const cluster = { accountId: '111111111111', region: 'eu-west-1' };
    expect(alarmName('web', cluster)).toBe('web');
    expect(alarmName('arn:aws:cloudwatch:eu-west-1:111111111111:alarm:web: errors', cluster)).toBe('web: errors');
    expect(alarmName('arn:aws:cloudwatch:eu-west-1:222222222222:alarm:web', cluster)).toBeUndefined();
    expect(alarmName('arn:aws:cloudwatch:us-east-1:111111111111:alarm:web', cluster)).toBeUndefined();
  });
});
