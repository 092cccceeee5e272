import { describe, expect, it } from 'vitest';
import { checksCommand } from '../../../bin/commands/checks.ts';
import { checks } from '../../../functions/checks/list.ts';
import { runCommand } from './run-command.ts';

const run = (...args: string[]) => runCommand(checksCommand, ['checks', ...args]);

describe('greenlight checks', () => {
  it('lists every check in its order', async () => {
    const { out, code } = await run();
    expect(code).toBe(0);
    const ids = out
      .split('\n')
      .slice(1, -1)
      .map((line) => line.split(' ')[0]);
    expect(ids).toEqual(checks.map(({ id }) => id));
  });

  it('gives the same as data', async () => {
    const listed: unknown = JSON.parse((await run('--format', 'json')).out);
    expect(listed).toMatchObject(checks.map(({ id, title, needs }) => ({ id, title, needs })));
  });

  it('explains each check within the width', async () => {
    for (const { id, title, explanation } of checks) {
      const { out } = await runCommand(checksCommand, ['checks', id], { columns: 80 });
      expect(out.split('\n')[0]).toBe(`${id}: ${title}`);
      expect(out.replace(/\s+/g, ' ')).toContain(explanation.rule.replace(/\s+/g, ' '));
      for (const line of out.split('\n')) if (line.length > 80) expect(line.slice(13)).not.toContain(' ');
    }
  });

  it('says which was meant, and which forms there are', async () => {
    expect(await run('cluster-staus')).toMatchObject({
      code: 1,
      out: '',
      err: [expect.stringContaining('did you mean "cluster-status"?')],
    });
    expect(await run('--format', 'yaml')).toMatchObject({ code: 1, out: '', err: [expect.stringContaining('text, json')] });
  });
});
