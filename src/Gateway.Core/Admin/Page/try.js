// Tries a module for real: one WebSocket, or one request whose answer is shown as it comes.
import { api, h } from './console.js';

const KEPT = 500;
const LONGEST = 20000;

export async function tryIt(main) {
  const [modules, configuration] = await Promise.all(['modules', 'configuration'].map(async view => (await api(view)).json()));
  if (main.dataset.view !== 'try') return;
  const elsewhere = configuration.Admin.Listen.length > 0;
  const module = h('select', { id: 'try-module' }, modules.map((one, i) => h('option', { value: i }, one.tenant === 'default' ? one.module : `${one.tenant}/${one.module}`)));
  const example = h('select', { id: 'try-example' });
  const method = h('select', { id: 'try-method' }, ['WS', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'].map(name => h('option', {}, name)));
  const path = h('input', { id: 'try-path', size: 30, spellcheck: 'false' });
  const token = h('input', { id: 'try-token', type: 'password', autocomplete: 'off', placeholder: 'none' });
  const accept = h('input', { id: 'try-accept', placeholder: '*/*' });
  const type = h('input', { id: 'try-type', placeholder: 'text/plain' });
  const body = h('textarea', { id: 'try-body', spellcheck: 'false' });
  const go = h('button', { id: 'try-go' }, 'Go');
  const end = h('button', { id: 'try-end', type: 'button', disabled: true }, 'End');
  const frames = h('ul', { id: 'frames', tabindex: 0, 'aria-label': 'What went to and fro' });
  const clear = h('button', { type: 'button', onclick: () => frames.replaceChildren() }, 'Clear');
  let socket = null;
  let request = null;

  const note = (kind, text) => {
    const bottom = frames.scrollHeight - frames.scrollTop - frames.clientHeight < 30;
    frames.append(h('li', { class: kind }, text.length > LONGEST ? `${text.slice(0, LONGEST)} … ${text.length} characters` : text));
    while (frames.children.length > KEPT) frames.firstChild.remove();
    if (bottom) frames.scrollTop = frames.scrollHeight;
  };

  function address() {
    const url = new URL(modules[module.value].urls[0].replace('://*', '://host'));
    const origin = elsewhere ? `${url.protocol}//${location.hostname}:${url.port}` : location.origin;
    const base = url.pathname.replace(/\/$/, '');
    return new URL(base + (path.value.startsWith('/') ? path.value : `/${path.value}`), origin);
  }

  function choose() {
    const one = (modules[module.value]?.examples ?? [])[example.value];
    method.value = one?.method ?? 'GET';
    path.value = one?.path ?? '/';
    body.value = one?.body ?? '';
    accept.value = one?.accept ?? '';
    type.value = one?.contentType ?? '';
    fields();
  }

  function list() {
    example.replaceChildren(...(modules[module.value]?.examples ?? []).map((one, i) => h('option', { value: i }, one.title)));
    choose();
  }

  function fields() {
    const isSocket = method.value === 'WS';
    accept.parentElement.hidden = type.parentElement.hidden = isSocket;
    go.textContent = !isSocket ? 'Send' : socket ? 'Send' : 'Connect';
    end.disabled = !socket && !request;
  }

  function connect() {
    const url = address();
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    if (token.value) url.searchParams.set('access_token', token.value);
    const mine = socket = new WebSocket(url);
    mine.binaryType = 'arraybuffer';
    mine.onopen = () => {
      note('note', 'open');
      if (body.value) send();
    };
    mine.onmessage = event => note('in', typeof event.data === 'string' ? event.data : hex(event.data));
    mine.onclose = event => {
      note(event.wasClean ? 'note' : 'fault', `closed ${event.code} ${event.reason}`);
      if (socket === mine) socket = null;
      fields();
    };
    fields();
  }

  function send() {
    socket.send(body.value);
    note('out', body.value);
  }

  async function ask() {
    request?.abort();
    const mine = request = new AbortController();
    fields();
    const headers = {};
    if (token.value) headers.Authorization = `Bearer ${token.value}`;
    if (accept.value) headers.Accept = accept.value;
    const hasBody = body.value && method.value !== 'GET' && method.value !== 'HEAD';
    if (hasBody) headers['Content-Type'] = type.value || 'text/plain';
    note('out', `${method.value} ${address().pathname}${address().search}${hasBody ? `\n${body.value}` : ''}`);
    try {
      const response = await fetch(address(), { method: method.value, headers, body: hasBody ? body.value : undefined, signal: mine.signal, cache: 'no-store' });
      note(response.ok ? 'note' : 'fault', `${response.status} ${response.statusText}`);
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      for (let part = await reader?.read(); part && !part.done; part = await reader.read()) note('in', part.value);
      note('note', 'the end');
    } catch (fault) {
      note(mine.signal.aborted ? 'note' : 'fault', mine.signal.aborted ? 'ended here' : String(fault.message));
    }
    if (request === mine) request = null;
    fields();
  }

  const hex = data => Array.from(new Uint8Array(data).slice(0, 4096), byte => byte.toString(16).padStart(2, '0')).join(' ');

  module.addEventListener('change', () => { end.click(); list(); });
  example.addEventListener('change', choose);
  method.addEventListener('change', fields);
  end.addEventListener('click', () => { socket?.close(1000); request?.abort(); });
  addEventListener('hashchange', () => end.click(), { once: true });

  const form = h('form', {
    onsubmit: event => {
      event.preventDefault();
      if (method.value !== 'WS') ask();
      else if (socket) send();
      else connect();
    },
  }, h('div', { class: 'tools' }, h('label', {}, 'Module', module), h('label', {}, 'Example', example)),
  h('div', { class: 'tools' }, h('label', {}, 'Method', method), h('label', {}, 'Path', path), h('label', {}, 'Token of a client', token),
    h('label', {}, 'Accept', accept), h('label', {}, 'Content-Type', type)),
  h('label', {}, 'Body, or message', body), h('p', { class: 'tools' }, go, end, clear));
  main.append(form,
    elsewhere ? h('p', { class: 'faint' }, `The modules are on other addresses than this page: they must allow ${location.origin} in AllowedOrigins.`) : '', frames);
  list();
}
