'use strict';
const base = location.pathname.replace(/\/events\/page$/, '');
const $ = id => document.getElementById(id);
let token = '';
let source;
let last = '';

async function post(path, body) {
  const response = await fetch(base + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const answer = text ? JSON.parse(text) : {};
  if (!response.ok) throw Object.assign(new Error(answer.error || answer.detail || response.statusText), { status: response.status });
  return answer;
}

function show(name, event) {
  last = event.lastEventId;
  const item = document.createElement('li');
  item.textContent = `${name} ${event.data}`;
  $('stream').append(item);
}

// A browser tells events apart by names that it must know: those shown here are the ones that were inserted here.
const names = new Set();
function listen(name) {
  if (names.has(name)) return;
  names.add(name);
  source.addEventListener(name, event => show(name, event));
}

async function open() {
  source?.close();
  const query = new URLSearchParams();
  if (token) query.set('ticket', (await post('/events/ticket', {})).ticket);
  if (last) query.set('last_event_id', last);
  source = new EventSource(`${base}/events?${query}`);
  source.onopen = () => { $('state').textContent = 'open'; };
  source.onerror = failed;
  source.onmessage = event => show('', event);
  const known = ['internal_status', $('event').value, ...names];
  names.clear();
  known.forEach(listen);
}

// A ticket opens one stream: what a browser repeats by itself is refused, and needs a new one.
function failed() {
  const isOver = source.readyState === EventSource.CLOSED;
  $('state').textContent = isOver && !token ? 'closed' : 'reconnecting';
  if (isOver && token) reopenSoon();
}

function reopenSoon() {
  setTimeout(() => open().catch(error => {
    // A token that has expired stays so.
    if (error.status === 401) $('state').textContent = 'closed';
    else reopenSoon();
  }), 1000 + 1000 * Math.random());
}

$('user').onsubmit = async submitted => {
  submitted.preventDefault();
  const user = { username: $('username').value, password: $('password').value };
  try {
    if (submitted.submitter.id === 'create')
      await post('/users', { ...user, collection_id: crypto.randomUUID?.() ?? '00000000-0000-0000-0000-000000000000' });
    token = (await post('/login', user)).jwt;
    $('who').textContent = user.username;
    if (source.readyState === EventSource.CLOSED) await open();
  } catch (error) {
    $('who').textContent = error.message;
  }
};

$('insert').onsubmit = async submitted => {
  submitted.preventDefault();
  try {
    listen($('event').value);
    const { event } = await post('/insert', {
      event: $('event').value,
      collection_id: '00000000-0000-0000-0000-000000000000',
      timestamp: Math.floor(Date.now() / 1000) + Number($('seconds').value),
      data: JSON.parse($('data').value),
    });
    $('answer').textContent = event.id;
  } catch (error) {
    $('answer').textContent = error.message;
  }
};

open();
