// The line: what a few bytes about it mean for one place in it. `webapp/domain/line_changes.py` and
// `queue_order.py` are the other half; tests hold the two together.

/** The message's parts, or null where it is none of ours. */
export function read(message) {
  const [sitting, before, figures, ...words] = message.split(" ");
  let id = parseInt(before, 36);
  const changes = words.map((word) => {
    const [, after, sign, key, number, there, desk] = /^(\w+)([-+=])(H?-?\w*)\.(\w+)(?:([@!])(\w+))?$/.exec(word);
    id += parseInt(after, 36);
    return { id, sign, key, number: parseInt(number, 36), there, desk: desk && parseInt(desk, 36) };
  });
  return { sitting: parseInt(sitting, 36), before: parseInt(before, 36), figures, changes };
}

/**
 * A place after the message: {ahead, desks, figures, known}, where `desks` says which number is at which desk and
 * `known` which changes are counted in. Null: something was missed, so that only the server knows.
 */
export function after(place, key, number, { before, figures, changes }) {
  const { known } = place;
  const oldest = known.length ? known[0] : 0;
  if (before > oldest && !known.includes(before)) return null;
  let { ahead } = place;
  const desks = new Map(place.desks);
  const fresh = changes.filter(({ id }) => id > oldest && !known.includes(id));
  for (const one of fresh) {
    if (one.sign !== "=" && isAhead(one, key, number)) ahead += one.sign === "+" ? 1 : -1;
    for (const [desk, there] of desks) if (there === one.number) desks.delete(desk);
    if (one.there === "@") desks.set(one.desk, one.number);
  }
  if (ahead < 0) return null;
  const all = [...known, ...fresh.map(({ id }) => id)].sort((one, other) => one - other);
  return { ahead, desks, figures, known: all.slice(-KNOWN) };
}

const KNOWN = 12;
const parts = (key) => [key.startsWith("H") ? 0 : 1, parseInt(key.replace("H", ""), 36)];

function isAhead(one, key, number) {
  const theirs = [...parts(one.key), one.number];
  const mine = [...parts(key), number];
  const place = theirs.findIndex((part, at) => part !== mine[at]);
  return place >= 0 && theirs[place] < mine[place];
}

/** The wait's range in minutes, [from, to]; null where no desk is open or too few visits are over. */
export function expected(ahead, figures) {
  const [desks, quick, usual, slow] = figures.split(",").map(Number);
  if (!desks || !usual) return null;
  const rounds = ahead / desks;
  const low = rounds * usual - Math.sqrt(rounds) * (usual - quick);
  const high = (rounds + 1) * usual + Math.sqrt(rounds + 1) * (slow - usual);
  return [Math.max(0, Math.floor(low / 5) * 5), Math.max(5, Math.ceil(high / 5) * 5)];
}
