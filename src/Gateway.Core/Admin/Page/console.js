// The operators' console. Whatever comes from clients becomes text by textContent, and nothing else.
import { tryIt } from './try.js';

const KEPT = 120; // seconds of a sparkline
const LOG_KEPT = 500;
const PAGE = 50;

const byId = id => document.getElementById(id);
const main = byId('view');
const memory = { previous: null, history: new Map(), log: [], lastEnding: 0, filters: {} };
let token = sessionStorage.getItem('token');
let stream = null; // the AbortController of what is live
let shown = ''; // the query of what is live, or was before the page was hidden
let show = null; // what the current view does with an event
let asking; // the timer of a view that will ask anew in a moment

// An element; children are elements or text.
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter(child => child != null).map(child => child instanceof Node ? child : String(child)));
  return element;
}

const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const count = value => value < 10000 ? String(Math.round(value * 10) / 10) : short.format(value);
const bytes = value => value < 1024 ? `${Math.round(value)} B`
  : value < 1048576 ? `${(value / 1024).toFixed(1)} kB` : value < 1073741824 ? `${(value / 1048576).toFixed(1)} MB` : `${(value / 1073741824).toFixed(2)} GB`;
const milliseconds = value => value == null ? '–' : value < 10 ? `${value.toFixed(2)} ms` : `${Math.round(value)} ms`;
const time = seconds => seconds < 90 ? `${Math.round(seconds)} s` : seconds < 5400 ? `${Math.round(seconds / 60)} min`
  : seconds < 172800 ? `${(seconds / 3600).toFixed(1)} h` : `${Math.round(seconds / 86400)} d`;
const clock = at => new Date(at).toLocaleTimeString('en-GB');

export async function api(path, options = {}) {
  const headers = { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...options.headers };
  const response = await fetch(`api/${path}`, { ...options, headers, cache: 'no-store' });
  if (response.ok) return response;
  let detail = `${response.status} ${response.statusText}`;
  try { detail = (await response.json()).detail ?? detail; } catch { /* no problem document */ }
  if (response.status === 401 || (response.status === 429 && token)) askForToken(token ? detail : '');
  throw new Error(detail);
}

function askForToken(refusal) {
  stop();
  byId('login').hidden = false;
  byId('refusal').textContent = refusal;
  main.hidden = true;
  byId('token').focus();
}

function say(text, state) {
  byId('state').textContent = text;
  byId('state').className = state;
}

function stop() {
  stream?.abort();
  stream = null;
}

// Server-sent events by fetch, since an EventSource cannot carry a token. Nothing runs while the page is hidden.
async function live(query) {
  stop();
  clearTimeout(asking); // it may be of a view that is shown no more
  shown = query;
  const mine = stream = new AbortController();
  for (let wait = 500; !mine.signal.aborted; wait = Math.min(wait * 2, 10000)) {
    try {
      const response = await api(`live?${query}${query.includes('endings') ? `&after=${memory.lastEnding}` : ''}`, { signal: mine.signal });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let text = ''; ;) {
        const { value, done } = await reader.read();
        if (done) break;
        wait = 500;
        text += value;
        const events = text.split('\n\n');
        text = events.pop();
        for (const event of events) {
          const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(event) ?? [];
          if (name) take(name, JSON.parse(data));
        }
      }
    } catch (fault) {
      if (mine.signal.aborted) return;
      say(fault.message, 'lost');
    }
    await new Promise(resolve => setTimeout(resolve, wait));
  }
}

function take(name, data) {
  if (name === 'overview') {
    remember(data);
    say(`${data.draining ? 'draining · ' : ''}version ${data.version} · up ${time(data.uptimeSeconds)}`, data.draining ? 'lost' : 'live');
  }
  if (name === 'endings') {
    for (const ending of data.items) {
      if (ending.number <= memory.lastEnding) continue;
      memory.lastEnding = ending.number;
      memory.log.unshift(ending);
    }
    memory.log.length = Math.min(memory.log.length, LOG_KEPT);
  }
  show?.(name, data);
}

const sum = values => Object.values(values).reduce((all, one) => all + one, 0);

// Counters become rates between two overviews.
function remember(now) {
  const before = memory.previous;
  memory.previous = now;
  if (!before || now.uptimeSeconds < before.uptimeSeconds) return memory.history.clear();
  const seconds = (Date.parse(now.at) - Date.parse(before.at)) / 1000;
  if (!(seconds > 0)) return;
  const rate = (a, b) => Math.max(0, (a - b) / seconds);
  const total = { connections: now.connections, in: 0, out: 0, drops: 0, queue: 0, cpu: 100 * rate(now.cpuSeconds, before.cpuSeconds), memory: now.memoryBytes };
  for (const module of now.modules) {
    const key = `${module.tenant}/${module.module}`;
    const old = before.modules.find(one => one.tenant === module.tenant && one.module === module.module);
    if (!old) continue;
    const sweeps = module.fanOuts - old.fanOuts;
    const point = {
      connections: module.connections, queue: module.queueBytes, in: rate(module.messagesIn, old.messagesIn), out: rate(module.messagesOut, old.messagesOut),
      drops: rate(sum(module.dropped), sum(old.dropped)), latency: sweeps > 0 ? 1000 * (module.fanOutSeconds - old.fanOutSeconds) / sweeps : null,
    };
    for (const name of ['in', 'out', 'drops', 'queue']) total[name] += point[name];
    keep(key, point);
  }
  keep('', total);
}

function keep(key, point) {
  const points = memory.history.get(key) ?? [];
  points.push(point);
  if (points.length > KEPT) points.shift();
  memory.history.set(key, points);
}

function spark(values, label) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const top = Math.max(...values, 0) || 1;
  const points = values.map((value, i) => `${(i / Math.max(values.length - 1, 1)) * 100},${30 - (28 * (value ?? 0)) / top}`);
  svg.setAttribute('class', 'spark');
  svg.setAttribute('viewBox', '0 0 100 30');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', label);
  for (const [tag, shape] of [['polygon', ['0,30', ...points, '100,30']], ['polyline', points]]) {
    const line = document.createElementNS('http://www.w3.org/2000/svg', tag);
    line.setAttribute('points', shape.join(' '));
    svg.append(line);
  }
  return svg;
}

const row = (...cells) => h('tr', {}, cells.map(cell => cell instanceof HTMLTableCellElement ? cell : h('td', {}, cell)));
const number = (...text) => h('td', { class: 'number' }, ...text);
const table = (headings, rows, empty) => rows.length === 0
  ? h('p', { class: 'faint' }, empty)
  : h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Table' }, h('table', {},
    h('thead', {}, h('tr', {}, headings.map(text => h('th', { scope: 'col', class: text.startsWith('#') ? 'number' : null }, text.replace('#', ''))))),
    h('tbody', {}, rows)));

function overview() {
  const cards = h('div', { class: 'cards' });
  const modules = h('div');
  const slow = h('div');
  main.append(cards, h('h2', {}, 'Modules'), modules, h('h2', {}, 'Waiting the most'), slow);
  show = (name, data) => {
    if (name === 'slow') slow.replaceChildren(connectionTable(data.items.slice(0, 5), 'Nobody is behind.'));
    if (name !== 'overview') return;
    const points = memory.history.get('') ?? [];
    const last = points.at(-1) ?? {};
    const card = (label, key, text) => h('div', { class: 'card' }, h('div', { class: 'label' }, label), h('div', { class: 'value' }, text), spark(points.map(point => point[key]), `${label} of the last minutes`));
    cards.replaceChildren(
      card(data.connectionLimit ? `Connections of ${data.connectionLimit}` : 'Connections', 'connections', count(data.connections)),
      card('Messages in', 'in', `${count(last.in ?? 0)}/s`), card('Messages out', 'out', `${count(last.out ?? 0)}/s`),
      card('Dropped', 'drops', `${count(last.drops ?? 0)}/s`), card('Queues', 'queue', bytes(last.queue ?? 0)),
      card('Processor', 'cpu', `${(last.cpu ?? 0).toFixed(1)} %`), card('Memory', 'memory', bytes(data.memoryBytes)));
    modules.replaceChildren(table(
      ['Tenant', 'Module', '#Connections', '#In', '', '#Out', '', '#Dropped', '#Queue', '', '#Fan-out'],
      data.modules.map(module => {
        const past = memory.history.get(`${module.tenant}/${module.module}`) ?? [];
        const now = past.at(-1) ?? {};
        const line = key => h('td', {}, spark(past.map(point => point[key]), `${module.module} ${key}`));
        const latency = past.findLast(point => point.latency != null)?.latency;
        return row(module.tenant, module.module, number(count(module.connections)), number(`${count(now.in ?? 0)}/s`), line('in'),
          number(`${count(now.out ?? 0)}/s`), line('out'), number(`${count(now.drops ?? 0)}/s`), number(bytes(module.queueBytes)), line('queue'), number(milliseconds(latency)));
      }), 'No module is enabled.'));
  };
  live('views=overview,slow,endings');
}

function connectionTable(items, empty) {
  return table(['#Id', 'Tenant', 'Module', 'Client', 'User', '#Age', '#Queue', '', '#Behind for', ''], items.map(connection => row(
    number(connection.id), connection.tenant, connection.module, `${connection.address ?? 'local socket'} (${connection.transport})`, connection.user ?? '–',
    number(time(connection.ageSeconds)), number(bytes(connection.queueBytes)), bar(connection.queueBytes, connection.queueLimit),
    number(connection.behindSeconds > 0 ? time(connection.behindSeconds) : '–'),
    h('button', { 'data-id': connection.id, onclick: () => details(connection.id) }, 'Details'))), empty);
}

function bar(used, of) {
  if (!of) return '';
  const share = Math.min(100, (100 * used) / of);
  const fill = h('i');
  fill.style.width = `${share}%`;
  return h('span', { class: 'bar', role: 'img', 'aria-label': `${Math.round(share)} %` }, fill);
}

// Fields whose values are kept while the page is open; a change asks anew.
function tools(view, fields, again) {
  const values = memory.filters[view] ??= Object.fromEntries(fields.map(field => [field.name, field.value ?? '']));
  const form = h('form', { class: 'tools', onsubmit: event => event.preventDefault() });
  for (const field of fields) {
    const input = field.options
      ? h('select', {}, field.options.map(([value, text]) => h('option', { value }, text)))
      : h('input', { type: 'search', placeholder: field.hint ?? '' });
    input.id = `${view}-${field.name}`;
    input.value = values[field.name];
    input.addEventListener('input', () => { values[field.name] = input.value; values.offset = 0; again(); });
    form.append(h('label', {}, field.label, input));
  }
  return { form, values, query: () => new URLSearchParams(Object.entries(values).filter(([, value]) => value !== '')).toString() };
}

function paged(view, fields, listed) {
  const ask = () => { clearTimeout(asking); asking = setTimeout(() => live(`views=overview,${view}&limit=${PAGE}&${asked.query()}`), 200); };
  const asked = tools(view, fields, ask);
  const list = h('div');
  const place = h('span', { class: 'faint' });
  const turn = by => () => { asked.values.offset = Math.max(0, (asked.values.offset || 0) + by); ask(); };
  const back = h('button', { type: 'button', onclick: turn(-PAGE) }, 'Back');
  const on = h('button', { type: 'button', onclick: turn(PAGE) }, 'On');
  asked.form.append(back, on, place);
  main.append(asked.form, list);
  show = (name, data) => {
    if (name !== view) return;
    back.disabled = data.offset === 0;
    on.disabled = data.offset + data.items.length >= data.total;
    place.textContent = data.total ? `${data.offset + 1} to ${data.offset + data.items.length} of ${data.total}` : '';
    // What had the focus has it again, if it is still there.
    const focused = list.contains(document.activeElement) ? document.activeElement.dataset.id : null;
    list.replaceChildren(listed(data.items));
    if (focused) list.querySelector(`[data-id="${focused}"]`)?.focus();
  };
  ask();
}

const places = [{ name: 'tenant', label: 'Tenant' }, { name: 'module', label: 'Module' }];

const connections = () => paged('connections', [...places, { name: 'search', label: 'User or address' },
  { name: 'sort', label: 'Order', value: 'queue', options: [['queue', 'what waits'], ['behind', 'behind for'], ['age', 'age'], ['id', 'number']] }],
  items => connectionTable(items, 'There is no such connection.'));

const slow = () => paged('slow', places, items => connectionTable(items, 'Nobody is behind.'));

const topics = () => paged('topics', [...places, { name: 'search', label: 'Name' },
  { name: 'sort', label: 'Order', value: 'messages', options: [['messages', 'busiest'], ['subscribers', 'subscribers'], ['name', 'name']] }],
  items => table(['Tenant', 'Module', 'Topic', '#Subscribers', '#Messages', '#Bytes'], items.map(topic => row(topic.tenant, topic.module,
    h('td', {}, h('code', {}, topic.name)), number(count(topic.subscribers)), number(count(topic.messages)), number(bytes(topic.bytes)))), 'There is no such topic.'));

function modules() {
  const open = new Set();
  show = (name, data) => {
    if (name !== 'modules' || main.contains(document.activeElement) && document.activeElement !== main) return;
    main.replaceChildren(...data.map(module => {
      const id = `${module.tenant}/${module.module}`;
      return h('section', { class: 'card' },
        h('h2', {}, module.tenant === 'default' ? module.module : id, ' ', h('span', { class: module.status }, module.status)),
        module.problem ? h('p', { class: 'alarm' }, module.problem) : null,
        h('ul', {}, module.urls.map(url => h('li', {}, h('code', {}, url)))),
        module.dependencies.length ? h('p', {}, 'Depends on: ', module.dependencies.map(one => h('span', { class: one.status, title: one.problem ?? '' }, `${one.name} ${one.status} `))) : null,
        h('details', { open: open.has(id), ontoggle: event => event.target.open ? open.add(id) : open.delete(id) },
          h('summary', {}, 'Settings in force'), h('pre', {}, JSON.stringify(module.settings, null, 2))));
    }));
  };
  live('views=overview,modules');
}

function tenants() {
  show = (name, data) => {
    if (name !== 'tenants') return;
    const amount = (limit, value) => limit.name === 'bytes' || limit.name === 'storage' ? bytes(value) : count(value);
    main.replaceChildren(...data.map(tenant => h('section', {}, h('h2', {}, tenant.tenant),
      h('p', { class: 'faint' }, tenant.modules.join(', ')),
      table(['Limit', '#Used', '#Of', '', '#Refused'], tenant.limits.map(limit => row(
        limit.name === 'messages' || limit.name === 'bytes' ? `${limit.name} in a second` : limit.name, number(amount(limit, limit.used)),
        number(limit.of ? amount(limit, limit.of) : 'no limit'), bar(limit.used, limit.of), number(count(limit.refused)))), ''))));
  };
  live('views=overview,tenants');
}

function log() {
  const list = h('div');
  const asked = tools('log', [{ name: 'search', label: 'Code, module, tenant or address' }], () => show('endings'));
  main.append(asked.form, list);
  show = name => {
    if (name !== 'endings') return;
    const wanted = asked.values.search.toLowerCase();
    list.replaceChildren(table(['Time', '', 'Why', '#Code', 'Tenant', 'Module', 'Client', '#Open for', 'Detail'], memory.log
      .filter(ending => `${ending.code} ${ending.module} ${ending.tenant} ${ending.address} ${ending.kind}`.toLowerCase().includes(wanted))
      .map(ending => row(clock(ending.at), h('td', { class: ending.kind }, ending.kind), ending.code, number(ending.closeCode ?? ''), ending.tenant, ending.module,
        `${ending.address ?? 'local socket'}${ending.connection ? ` (${ending.connection})` : ''}`, number(ending.seconds == null ? '' : time(ending.seconds)), ending.detail ?? '')),
    'Nobody has been closed or refused.'));
  };
  show('endings');
  live('views=overview,endings&limit=500');
}

async function details(id) {
  const dialog = byId('details');
  byId('details-title').textContent = `Connection ${id}`;
  byId('close-reason').value = '';
  const body = byId('details-body');
  try {
    const connection = await (await api(`connections/${id}`)).json();
    body.replaceChildren(h('dl', {}, Object.entries(connection).map(([name, value]) => [h('dt', {}, name), h('dd', {}, value ?? '–')])));
    byId('close-connection').disabled = false;
  } catch (fault) {
    body.replaceChildren(h('p', { class: 'alarm' }, fault.message));
    byId('close-connection').disabled = true;
  }
  byId('close-form').onsubmit = async event => {
    event.preventDefault();
    try {
      await api(`connections/${id}/close`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ reason: byId('close-reason').value }) });
      dialog.close();
    } catch (fault) {
      body.replaceChildren(h('p', { class: 'alarm' }, fault.message));
    }
  };
  dialog.showModal();
}

function settings() {
  stop();
  show = null;
  const all = h('pre');
  const fault = h('p', { class: 'alarm' });
  const reading = h('section', {});
  const load = async () => {
    try {
      all.textContent = JSON.stringify(await (await api('configuration')).json(), null, 2);
      reading.replaceChildren(...lastReading(await (await api('reload')).json()));
      fault.textContent = '';
    } catch (problem) {
      fault.textContent = problem.message;
    }
  };
  const again = () => api('reload', { method: 'POST' }).then(load, problem => load().then(() => { fault.textContent = problem.message; }));
  main.append(h('p', { class: 'tools' },
    h('button', { type: 'button', onclick: again }, 'Read the configuration again'),
    h('button', { class: 'danger', type: 'button', onclick: () => byId('drain').showModal() }, 'Drain this gateway …')), fault, reading, all);
  load();
  live('views=overview');
}

function lastReading(state) {
  const list = (title, lines, type) => lines.length ? [h('p', { class: type }, title), h('ul', {}, ...lines.map(line => h('li', {}, line)))] : [];
  return [
    ...list(`Refused at ${clock(state.at)}; the configuration before it is in force:`, state.outcome === 'refused' ? state.faults : [], 'alarm'),
    ...list('Could not be started:', state.outcome === 'refused' ? [] : state.faults, 'alarm'),
    ...list('Waits for a restart:', state.needsRestart, ''),
    ...list(`Changed at ${clock(state.at)}:`, state.applied, ''),
  ];
}

byId('drain-form').addEventListener('submit', async event => {
  event.preventDefault();
  const seconds = Number(byId('drain-window').value);
  const part = value => String(Math.floor(value)).padStart(2, '0');
  const window = `${part(seconds / 3600)}:${part((seconds / 60) % 60)}:${part(seconds % 60)}`;
  try {
    await api('drain', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ window }) });
    say('draining', 'lost');
  } catch (fault) {
    say(fault.message, 'lost');
  }
  byId('drain').close();
});
byId('drain-back').addEventListener('click', () => byId('drain').close());
byId('close-dialog').addEventListener('click', () => byId('details').close());

byId('login').addEventListener('submit', event => {
  event.preventDefault();
  token = byId('token').value;
  sessionStorage.setItem('token', token);
  byId('token').value = '';
  byId('login').hidden = true;
  main.hidden = false;
  open();
});

const views = {
  overview: ['Overview', overview], connections: ['Connections', connections], slow: ['Slow consumers', slow], topics: ['Topics', topics],
  modules: ['Modules', modules], tenants: ['Tenants', tenants], try: ['Try it', () => { show = null; live('views=overview'); tryIt(main); }],
  log: ['Log', log], settings: ['Settings', settings],
};

function open() {
  const name = views[location.hash.slice(1)] ? location.hash.slice(1) : 'overview';
  document.querySelector('nav').replaceChildren(...Object.entries(views).map(([key, [title]]) =>
    h('a', { href: `#${key}`, 'aria-current': key === name ? 'page' : null }, title)));
  document.title = `${views[name][0]} · Gateway console`;
  main.replaceChildren();
  main.dataset.view = name;
  views[name][1]();
}

addEventListener('hashchange', open);
document.addEventListener('visibilitychange', () => document.hidden ? stop() : main.hidden || live(shown));
open();
