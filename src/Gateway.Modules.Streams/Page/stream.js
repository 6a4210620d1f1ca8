'use strict';

const mostLines = 10000;
const longestWaitMs = 30000;
const palette = [
  '#5c6370', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#d8dce3',
  '#7f848e', '#ff7b86', '#b5e890', '#ffd68a', '#82c7ff', '#e293f7', '#7fdce6', '#ffffff',
];

const state = document.getElementById('state');
const log = document.getElementById('log');
const follow = document.getElementById('follow');
const pause = document.getElementById('pause');
const search = document.getElementById('search');
const found = document.getElementById('found');

const query = new URLSearchParams(location.search);
let socket;
let attempt = 0;
let paused = false;
let offset = 0;
let decoder = new TextDecoder();
let rest = '';
let line;
let style = {};
let matches = 0;
let leftOut = 0;

function show(name, words) {
  state.className = name;
  state.textContent = words ?? name;
}

// The colours of xterm's 256: the palette, a cube of six steps, and greys.
function indexed(n) {
  if (n < 16)
    return palette[n];
  if (n >= 232)
    return `rgb(${Array(3).fill(8 + 10 * (n - 232)).join()})`;
  const step = v => (v === 0 ? 0 : 55 + 40 * v);
  return `rgb(${[Math.floor((n - 16) / 36), Math.floor((n - 16) / 6) % 6, (n - 16) % 6].map(step).join()})`;
}

// "Select graphic rendition" (ECMA-48, 8.3.117).
function render(codes) {
  const numbers = codes === '' ? [0] : codes.split(/[;:]/).map(Number);
  while (numbers.length > 0) {
    const n = numbers.shift();
    if (n === 0) style = {};
    else if (n === 1) style.bold = true;
    else if (n === 2) style.dim = true;
    else if (n === 3) style.italic = true;
    else if (n === 4) style.underline = true;
    else if (n === 22) style.bold = style.dim = false;
    else if (n === 23) style.italic = false;
    else if (n === 24) style.underline = false;
    else if (n >= 30 && n <= 37) style.color = palette[n - 30];
    else if (n >= 90 && n <= 97) style.color = palette[n - 82];
    else if (n === 39) style.color = undefined;
    else if (n >= 40 && n <= 47) style.background = palette[n - 40];
    else if (n >= 100 && n <= 107) style.background = palette[n - 92];
    else if (n === 49) style.background = undefined;
    else if (n === 38 || n === 48) {
      const color = numbers.shift() === 5 ? indexed(numbers.shift() & 255) : `rgb(${numbers.splice(0, 3).map(v => v & 255).join()})`;
      style[n === 38 ? 'color' : 'background'] = color;
    }
  }
}

// What came over the stream only ever becomes text, never markup.
function append(text) {
  if (text === '')
    return;
  const span = document.createElement('span');
  span.textContent = text;
  span.className = ['bold', 'dim', 'italic', 'underline'].filter(name => style[name]).join(' ');
  if (style.color)
    span.style.color = style.color;
  if (style.background)
    span.style.background = style.background;
  line.append(span);
}

function match(element) {
  const isMatch = search.value !== '' && element.textContent.toLowerCase().includes(search.value.toLowerCase());
  if (isMatch !== element.classList.contains('match')) {
    element.classList.toggle('match', isMatch);
    matches += isMatch ? 1 : -1;
  }
}

function newLine() {
  if (line)
    match(line);
  line = document.createElement('div');
  log.append(line);
  while (log.childElementCount > mostLines) {
    const first = log.firstElementChild;
    if (first.classList.contains('match'))
      matches--;
    first.remove();
    leftOut++;
  }
}

// Text, line ends, colours; any other control sequence means nothing here.
function take(text) {
  text = rest + text;
  // A sequence or a CRLF that has only begun waits for its rest.
  const cut = text.search(/(\r|\x1b(\[[0-?]*[ -/]*)?)$/);
  rest = cut < 0 ? '' : text.slice(cut);
  if (cut >= 0)
    text = text.slice(0, cut);
  for (const [piece] of text.matchAll(/\r?\n|\r|\x1b\[[0-?]*[ -/]*[@-~]|\x1b.|[^\r\n\x1b]+/gs)) {
    if (piece.endsWith('\n'))
      newLine();
    else if (piece === '\r')
      line.replaceChildren();
    else if (piece[0] !== '\x1b')
      append(piece);
    else if (/^\x1b\[[\d;:]*m$/.test(piece))
      render(piece.slice(2, -1));
  }
  match(line);
}

function showFound() {
  found.textContent = search.value === '' ? '' : `${matches} lines`;
  log.title = leftOut > 0 ? `${leftOut} earlier lines are left out` : '';
}

function receive(bytes) {
  offset += bytes.byteLength;
  take(decoder.decode(bytes, { stream: true }));
  showFound();
  if (follow.checked)
    log.scrollTop = log.scrollHeight;
}

// Full jitter, so that the pages of a gateway that restarts do not all return at once.
function reconnect() {
  setTimeout(connect, Math.random() * Math.min(longestWaitMs, 500 * 2 ** attempt++));
}

function connect() {
  if (paused)
    return;
  query.set('from', offset);
  const opened = new WebSocket(`${location.origin.replace(/^http/, 'ws')}${location.pathname}?${query}`);
  socket = opened;
  opened.binaryType = 'arraybuffer';
  opened.onopen = () => show('active');
  opened.onmessage = event => {
    if (socket !== opened)
      return;
    attempt = 0;
    receive(event.data);
  };
  opened.onclose = event => {
    if (socket !== opened)
      return;
    if (event.code === 1000)
      show('complete');
    else if (event.reason === 'aborted' || event.reason === 'expired')
      show(event.reason);
    else
      show('lost', event.code === 1006 ? 'no connection' : `closed: ${event.code} ${event.reason}`);
    // It may yet be resumed.
    if (event.code !== 1000)
      reconnect();
  };
}

// What comes meanwhile is fetched when it goes on.
pause.addEventListener('click', () => {
  paused = !paused;
  pause.setAttribute('aria-pressed', paused);
  pause.textContent = paused ? 'Go on' : 'Pause';
  if (paused) {
    const left = socket;
    socket = undefined;
    left?.close();
    show('paused');
  } else {
    connect();
  }
});

search.addEventListener('input', () => {
  log.classList.toggle('searching', search.value !== '');
  for (const element of log.children)
    match(element);
  showFound();
});

log.addEventListener('wheel', event => {
  if (event.deltaY < 0)
    follow.checked = false;
}, { passive: true });

document.getElementById('tools').addEventListener('submit', event => event.preventDefault());

const download = new URLSearchParams(location.search);
download.set('download', '');
download.set('notail', '');
document.getElementById('download').href = `${location.pathname}?${download}`;

newLine();
connect();
