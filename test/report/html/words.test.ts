import { describe, expect, it } from 'vitest';
import { verdicts, worstFirst } from '../../../functions/analysis/cluster-report.ts';
import { severities } from '../../../functions/checks/finding.ts';
import { fromNow, grouped, severityLook, severityOrder, someOf, verdictLook, verdictOrder } from '../../../functions/report/html/words.ts';
import { severityLook as inText, verdictLook as verdictInText } from '../../../functions/report/text/style.ts';

describe('the words of the HTML report', () => {
  it.each(verdicts)('%s reads as in a terminal', (verdict) => {
    expect(verdictLook[verdict]).toMatchObject({ sign: verdictInText[verdict].sign, words: verdictInText[verdict].words });
  });

  it.each(severities)('%s reads as in a terminal', (severity) => {
    expect(severityLook[severity]).toMatchObject({ sign: inText[severity].sign, heading: inText[severity].heading });
  });

  it('has the order of the analysis', () => {
    expect(verdictOrder).toEqual(worstFirst);
    expect(severityOrder).toEqual(severities);
  });

  it('counts days and groups digits', () => {
    expect([fromNow(1), fromNow(0), fromNow(-2)]).toEqual(['in 1 day', 'today', '2 days ago']);
    expect([0, 999, 1000, 1_234_567].map(grouped)).toEqual(['0', '999', '1,000', '1,234,567']);
    expect([someOf(['a', 'b'], 2), someOf(['a', 'b', 'c'], 2)]).toEqual(['a, b', 'a, b and 1 more']);
  });
});
