'use strict';
const base = location.pathname.replace(/\/events\/page$/, '');
const $ = id => document.getElementById(id);
let token = '';
let source;

async function post(path, body) {
  const response = await fetch(base + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const answer = text ? JSON.parse(text) : {};
  if (!response.ok) throw new Error(answer.error || answer.detail || response.statusText);
  return answer;
}

function show(name, event) {
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
  names.clear();
  const ticket = token ? `?ticket=${(await post('/events/ticket', {})).ticket}` : '';
  source = new EventSource(`${base}/events${ticket}`);
  source.onopen = () => { $('state').textContent = 'open'; };
  source.onerror = () => { $('state').textContent = source.readyState === 2 ? 'closed' : 'reconnecting'; };
  source.onmessage = event => show('', event);
  listen('internal_status');
  listen($('event').value);
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
