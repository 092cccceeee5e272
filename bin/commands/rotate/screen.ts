import { stripVTControlCharacters } from 'node:util';
import type { Terminal } from '../terminal.ts';

/** Shows how something goes on: frames over frames on a terminal, new lines alone elsewhere. */
export interface Screen {
  /** @param frame the whole picture
   *  @param lines what is new in it */
  show(frame: readonly string[], lines: readonly string[]): Promise<void>;
}

const introducer = '\u001b[';

/** A frame takes the place of the one before. It is cut to the size of the terminal: a line that is broken, or scrolled away, could not be
 *  taken back. */
export function openScreen({ environment: { screen, columns }, print }: Pick<Terminal, 'environment' | 'print'>): Screen {
  if (!screen) {
    return {
      show: async (_frame, lines) => {
        if (lines.length > 0) await print(`${lines.join('\n')}\n`);
      },
    };
  }
  let height = 0;
  return {
    show: async (frame) => {
      const shown = frame.slice(0, Math.max(1, screen.rows - 1)).map((line) => fitting(line, columns));
      const back = height === 0 ? '' : `${introducer}${height}A\r${introducer}J`;
      height = shown.length;
      await print(`${back}${shown.join('\n')}\n`);
    },
  };
}

function fitting(line: string, columns: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length < columns ? line : `${plain.slice(0, columns - 2)}…`;
}
