// Boxes inside a photo: x, y, w and h in 0..1. Nothing here knows the page.

export const WHOLE = Object.freeze({ x: 0, y: 0, w: 1, h: 1 });
// As small as a part may become: a twentieth of a side.
const LEAST = 0.05;
const ALIKE = 0.005;

/** The box of `x,y,w,h`, or null. */
export function parse(text) {
  const [x, y, w, h] = text.split(",").map(Number);
  return [x, y, w, h].every(Number.isFinite) ? { x, y, w, h } : null;
}

export function same(one, other) {
  return ["x", "y", "w", "h"].every((side) => Math.abs(one[side] - other[side]) < ALIKE);
}

/** The box shifted, as far as the photo reaches. */
export function moved(box, dx, dy) {
  return { ...box, x: clamp(box.x + dx, 0, 1 - box.w), y: clamp(box.y + dy, 0, 1 - box.h) };
}

/** The box with one corner ("nw", "ne", "sw", "se") shifted; the opposite one stays. */
export function resized(box, corner, dx, dy) {
  let [left, top, right, bottom] = [box.x, box.y, box.x + box.w, box.y + box.h];
  if (corner.includes("w")) left = clamp(left + dx, 0, right - LEAST);
  else right = clamp(right + dx, left + LEAST, 1);
  if (corner.includes("n")) top = clamp(top + dy, 0, bottom - LEAST);
  else bottom = clamp(bottom + dy, top + LEAST, 1);
  return { x: left, y: top, w: right - left, h: bottom - top };
}

/** The box around the same middle, its sides longer by `change` each. */
export function scaled(box, change) {
  const w = clamp(box.w + change, LEAST, 1);
  const h = clamp(box.h + change, LEAST, 1);
  return moved({ x: box.x + (box.w - w) / 2, y: box.y + (box.h - h) / 2, w, h }, 0, 0);
}

/** The box between two points of the photo. */
export function between(one, other) {
  const corner = { x: clamp(one.x, 0, 1 - LEAST), y: clamp(one.y, 0, 1 - LEAST), w: LEAST, h: LEAST };
  const right = clamp(Math.max(one.x, other.x), LEAST, 1);
  const bottom = clamp(Math.max(one.y, other.y), LEAST, 1);
  const x = clamp(Math.min(corner.x, other.x), 0, right - LEAST);
  const y = clamp(Math.min(corner.y, other.y), 0, bottom - LEAST);
  return { x, y, w: right - x, h: bottom - y };
}

/** The box from that corner on, as large as it may be where four numbers ask for more. */
export function inside({ x, y, w, h }) {
  const left = clamp(x, 0, 1 - LEAST);
  const top = clamp(y, 0, 1 - LEAST);
  return { x: left, y: top, w: clamp(w, LEAST, 1 - left), h: clamp(h, LEAST, 1 - top) };
}

function clamp(value, least, most) {
  return Math.min(Math.max(value, least), Math.max(least, most));
}
