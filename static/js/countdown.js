// placeholder until merged
export function countdown(seconds, onTick, onEnd, signal) {
  let left = Math.ceil(seconds);
  onTick(left);
  const timer = setInterval(() => { left -= 1; if (left > 0) onTick(left); else { clearInterval(timer); onEnd(); } }, 1000);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}
