import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { remedyParts } from '../../../functions/report/html/remedy.ts';

const commandsIn = (text: string) =>
  remedyParts(text)
    .filter(({ kind }) => kind === 'command')
    .map((part) => part.text);

describe('commands in a remediation', () => {
  it.each([
    ['aws eks update-addon --addon-name vpc-cni', ['aws eks update-addon --addon-name vpc-cni']],
    ['aws eks update-addon --addon-version v1.21.2, then to v1.22.1', ['aws eks update-addon --addon-version v1.21.2']],
    [
      'kubectl get pdb a b -n shop -o yaml, make one cover all, then kubectl delete pdb b -n shop',
      ['kubectl get pdb a b -n shop -o yaml', 'kubectl delete pdb b -n shop'],
    ],
    [
      `kubectl patch pdb a -p '{"spec": {"a": 1, "b": null}}', and find out why: kubectl logs a --previous`,
      [`kubectl patch pdb a -p '{"spec": {"a": 1, "b": null}}'`, 'kubectl logs a --previous'],
    ],
    ['aws eks wait a; after that: aws eks update b', ['aws eks wait a', 'aws eks update b']],
    ['Put it into the template. Then run aws ec2 run-instances.', ['aws ec2 run-instances']],
    [
      'kubectl cordon node-1.internal. Wait; kubectl drain node-1.internal',
      ['kubectl cordon node-1.internal', 'kubectl drain node-1.internal'],
    ],
    ['kubectl edit deployment/web -n shop: give it a probe', ['kubectl edit deployment/web -n shop']],
    ['Scale it (kubectl scale a --replicas=2', ['kubectl scale a --replicas=2']],
    ['Ask the aws team about kubectl and helm', []],
    ['', []],
  ])('%s', (text, commands) => {
    expect(commandsIn(text)).toEqual(commands);
  });

  it('all parts together are the text, whatever it is', () => {
    const piece = fc.constantFrom('aws eks x', 'kubectl y', ', then ', '. ', "'", '"', ': ', 'and ', '; ', 'word ', '\n');
    const text = fc.oneof(
      fc.string(),
      fc.array(piece).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, (one) => {
        expect(
          remedyParts(one)
            .map((part) => part.text)
            .join(''),
        ).toBe(one);
      }),
    );
  });
});
