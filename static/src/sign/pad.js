/* The signature pad: strokes of a finger, a pen or a mouse, kept as JSON in the form's own field, so that
   draft and outbox carry them like anything typed. One unit is a thousandth of the pad's width: when the
   phone is turned, the same strokes are drawn in the new size. A module of its own. */
const WIDE = 1000;
const MOST_STROKES = 200;
const MOST_POINTS = 9_000;
const CLOSEST = 4; // units between two points; nearer ones add nothing

function pad(box) {
  const canvas = box.querySelector("canvas");
  const field = box.querySelector("input");
  const pen = canvas.getContext("2d");
  let line = null;
  let began = 0;

  const strokes = () => JSON.parse(field.value || "[]");

  function draw(lines) {
    const ratio = devicePixelRatio || 1;
    canvas.width = canvas.clientWidth * ratio;
    canvas.height = canvas.clientHeight * ratio;
    pen.scale(canvas.width / WIDE, canvas.width / WIDE);
    pen.lineWidth = 6;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = getComputedStyle(canvas).color;
    pen.beginPath();
    for (const one of lines) one.forEach(([x, y], place) => (place ? pen.lineTo(x, y) : pen.moveTo(x, y)));
    pen.stroke();
  }

  function save(lines) {
    field.value = lines.length ? JSON.stringify(lines) : "";
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function point(event) {
    const place = canvas.getBoundingClientRect();
    const unit = WIDE / place.width;
    const x = Math.round((event.clientX - place.left) * unit);
    const y = Math.round((event.clientY - place.top) * unit);
    const last = line.at(-1);
    if (last && Math.hypot(x - last[0], y - last[1]) < CLOSEST) return;
    line.push([x, y, Math.round(event.timeStamp - began)]);
  }

  function start(event) {
    if (event.button || line || strokes().length >= MOST_STROKES) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    began ||= event.timeStamp;
    line = [];
    point(event);
  }

  function move(event) {
    if (!line || strokes().flat().length + line.length >= MOST_POINTS) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) point(one);
    draw([...strokes(), line]);
  }

  function end() {
    if (!line) return;
    const lines = [...strokes(), line];
    line = null;
    save(lines);
    draw(lines);
  }

  function clear() {
    save([]);
    draw([]);
  }

  canvas.addEventListener("pointerdown", start);
  canvas.addEventListener("pointermove", move);
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, end);
  box.querySelector("button").addEventListener("click", clear);
  box.redraw = () => draw(strokes());
  new ResizeObserver(box.redraw).observe(canvas);
}

/* The page says when its forms are filled, and when another page took the place of the first. */
function everyPad() {
  for (const box of document.querySelectorAll(".sign")) {
    if (!box.redraw) pad(box);
    box.redraw();
  }
}

document.addEventListener("forms-ready", everyPad);
everyPad();
