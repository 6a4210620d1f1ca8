// A server as the package's documentation has it: every message goes to all clients of the same path, compression off.
const { WebSocketServer } = require('ws');

const topics = new Map();
const server = new WebSocketServer({ host: '127.0.0.1', port: Number(process.argv[2]), perMessageDeflate: false, backlog: 4096 });

server.on('connection', (socket, request) => {
  const publisher = request.url.startsWith('/pub/');
  const name = request.url.slice(5);
  if (!topics.has(name)) topics.set(name, new Set());
  const topic = topics.get(name);
  if (!publisher) {
    topic.add(socket);
    socket.on('close', () => topic.delete(socket));
  }
  socket.on('error', () => {});
  socket.on('message', data => {
    for (const client of topic) client.send(data, { binary: false });
  });
});
