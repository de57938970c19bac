// @ts-check
// A line of an hour as points to draw: broken where nothing is known. Knows no DOM.

/** @param {(number|null)[]} values @param {number} width @param {number} height @param {number} least the top is this at least, so that a small stir is no mountain
 *  @returns {string[]} one list of points for each unbroken stretch */
export function stretches(values, width, height, least) {
  const top = Math.max(least, ...values.map((each) => each ?? 0)), step = width / Math.max(1, values.length - 1);
  /** @type {string[]} */ const found = [];
  /** @type {string[]} */ let points = [];
  const end = () => {
    if (points.length) found.push(points.length > 1 ? points.join(" ") : `${points[0]} ${points[0]}`); // one minute alone is a dot
    points = [];
  };
  values.forEach((value, index) => {
    if (value === null) end();
    else points.push(`${round(index * step)},${round(height - value / top * height)}`);
  });
  end();
  return found;
}

/** @param {number} value */
const round = (value) => Math.round(value * 100) / 100;
