'use strict';

const mostMessages = 1000;
const keepAliveMs = 30000;
const longestWaitMs = 30000;

const state = document.getElementById('state');
const messages = document.getElementById('messages');
const text = document.getElementById('text');
const send = document.getElementById('send');

let socket;
let attempt = 0;

function show(name, words) {
  state.className = name;
  state.textContent = words;
  send.disabled = name !== 'open';
}

function describe(data) {
  if (typeof data === 'string')
    return data;
  return Array.from(new Uint8Array(data), byte => byte.toString(16).padStart(2, '0')).join(' ');
}

// What came over the channel only ever becomes text, never markup.
function append(data) {
  const follow = messages.scrollHeight - messages.scrollTop - messages.clientHeight < 40;
  const item = document.createElement('li');
  const time = document.createElement('time');
  const body = document.createElement('span');
  time.textContent = new Date().toTimeString().slice(0, 8);
  body.textContent = describe(data);
  if (typeof data !== 'string')
    body.className = 'binary';
  item.append(time, body);
  messages.append(item);
  while (messages.childElementCount > mostMessages)
    messages.firstElementChild.remove();
  if (follow)
    messages.scrollTop = messages.scrollHeight;
}

// Full jitter, so that the pages of a gateway that restarts do not all return at once.
function reconnect() {
  const wait = Math.random() * Math.min(longestWaitMs, 500 * 2 ** attempt++);
  setTimeout(connect, wait);
}

function connect() {
  show('connecting', 'connecting');
  const opened = new WebSocket(location.href.replace(/^http/, 'ws').split('#')[0]);
  socket = opened;
  opened.binaryType = 'arraybuffer';
  opened.onopen = () => {
    attempt = 0;
    show('open', 'connected');
  };
  opened.onmessage = event => {
    if (event.data !== '')
      append(event.data);
  };
  opened.onclose = event => {
    show('closed', `closed: ${event.code}${event.reason ? ` ${event.reason}` : ''}`);
    reconnect();
  };
}

document.getElementById('form').addEventListener('submit', event => {
  event.preventDefault();
  if (text.value === '' || socket.readyState !== WebSocket.OPEN)
    return;
  socket.send(text.value);
  text.value = '';
});

// An empty message is answered to this page alone: it keeps proxies from closing an idle connection.
setInterval(() => {
  if (socket.readyState === WebSocket.OPEN)
    socket.send('');
}, keepAliveMs);

connect();
