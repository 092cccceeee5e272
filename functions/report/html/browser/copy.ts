/// <reference lib="dom" />

/** Copies the command beside the button, and says so on it. Where the clipboard is refused, the command is selected. */
export async function copyCommand(button: HTMLElement): Promise<void> {
  const code = button.parentElement?.querySelector('code');
  if (!code) return;
  try {
    await navigator.clipboard.writeText(code.textContent ?? '');
    button.textContent = 'Copied';
  } catch {
    getSelection()?.selectAllChildren(code);
    button.textContent = 'Selected';
  }
  button.addEventListener('blur', () => (button.textContent = 'Copy'), { once: true });
}
