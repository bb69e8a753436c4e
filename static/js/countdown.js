// Whole seconds, counted down by the clock: a tab that slept in the background doesn't lag behind.

const SECOND = 1_000;
// A timer may ring a little early; the second then has passed all the same.
const EARLY = 10;

/**
 * Calls `onTick(left)` at once and with every second that passes, from `seconds` down to 1, and
 * `onEnd()` when none is left. Ends without a word when `signal` fires.
 */
export function countdown(seconds, onTick, onEnd, signal) {
  const end = performance.now() + seconds * SECOND;
  let timer = 0;
  const step = () => {
    const left = Math.ceil((end - EARLY - performance.now()) / SECOND);
    if (left < 1) {
      signal?.removeEventListener("abort", stop);
      onEnd();
      return;
    }
    onTick(left);
    if (signal?.aborted) return;
    timer = setTimeout(step, end - (left - 1) * SECOND - performance.now());
  };
  const stop = () => clearTimeout(timer);
  if (signal?.aborted) return;
  signal?.addEventListener("abort", stop, { once: true });
  step();
}
