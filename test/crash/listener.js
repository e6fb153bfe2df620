'use strict';
/* One socket that only listens, quick enough not to slow the senders beside it. What it saw is its view. */
const { handshake, takeFrame, frameBytes, OP } = require('../harness/rawws.js');
const { conversationKey, shownMessage } = require('./history.js');

/* A view: {userId, from: key -> last seq before the socket opened, seen: key -> [{seq, id, clientId}]}. */
class Listener {
  constructor(socket, rest, view) {
    this.socket = socket;
    this.rest = rest;
    this.view = view;
    this.ended = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {}); /* a killed server resets; 'close' follows */
    socket.on('data', (part) => this.take(this.rest.length === 0 ? part : Buffer.concat([this.rest, part])));
    this.take(rest);
  }

  take(bytes) {
    let rest = bytes;
    for (let got = takeFrame(rest); got; got = takeFrame(rest)) {
      rest = got.rest;
      this.frame(got.frame);
    }
    this.rest = rest;
  }

  frame({ opcode, payload }) {
    if (opcode === OP.PING) this.socket.write(frameBytes({ opcode: OP.PONG, payload }));
    if (opcode === OP.CLOSE) this.socket.end(frameBytes({ opcode: OP.CLOSE, payload }));
    if (opcode !== OP.TEXT) return;
    const message = JSON.parse(payload.toString('utf8'));
    const isStored = message.type === 'text' || (message.ope === 'system' && message.seq !== undefined);
    if (!isStored) return;
    const key = conversationKey(message.fromId, message.toId);
    if (!this.view.seen.has(key)) this.view.seen.set(key, []);
    this.view.seen.get(key).push(shownMessage(message));
  }

  /* Has it seen everything up to the last seqs of its conversations? */
  hasAll(threads) {
    for (const [key, last] of threads) {
      const seen = this.view.seen.get(key);
      const at = seen ? seen[seen.length - 1].seq : this.view.from.get(key) || 0;
      if (at < last) return false;
    }
    return true;
  }

  close() {
    this.socket.destroy();
    return this.ended;
  }
}

async function listen(person, from) {
  const answer = await handshake(person.server, { token: person.token });
  if (answer.status !== 101) throw new Error(`no socket for ${person.name}: ${answer.status}`);
  const { socket, rest, frames } = answer.ws;
  socket.removeAllListeners('data');
  const listener = new Listener(socket, rest, { userId: person.id, from, seen: new Map() });
  for (const frame of frames) listener.frame(frame);
  return listener;
}

module.exports = { listen };
