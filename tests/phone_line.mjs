// What a phone makes of messages about the line: rows of questions in, rows of answers out.
import { after, expected, read } from "../webapp/static/js/line.js";

const text = await new Promise((done) => {
  let all = "";
  process.stdin.on("data", (piece) => (all += piece)).on("end", () => done(all));
});
const { places = [], waits = [] } = JSON.parse(text);

function follow({ place, key, number, messages }) {
  let now = { ...place, desks: new Map(place.desks) };
  for (const message of messages) {
    now = now && after(now, key, number, read(message));
  }
  return now && { ...now, desks: [...now.desks].sort(([one], [other]) => one - other) };
}
console.log(JSON.stringify({
  places: places.map(follow),
  waits: waits.map(([ahead, figures]) => expected(ahead, figures)),
}));
