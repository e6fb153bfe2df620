'use strict';
/* The rounds of reliability: clients send, the server is killed in the middle of it and started on the same folder, what had no
 * answer is sent again, and the checker compares. */
const fs = require('node:fs');
const path = require('node:path');
const { startServer, tempDir } = require('../harness/server.js');
const { pause, until, SLOW, DEADLINE_MS } = require('../harness/wait.js');
const { Checker } = require('./checker.js');
const { History, shownMessage } = require('./history.js');
const { listen } = require('./listener.js');
const { Sender, dice } = require('./sender.js');
const { buildReader, readStore } = require('./store.js');
const { settle } = require('./people.js');

const PAGE = 500;

class Crash {
  constructor({ rounds = 100, clients = 8, seed = 1, maxMs = 800, progress = () => {} }) {
    Object.assign(this, { rounds, clients, seed, maxMs, progress });
    this.dir = tempDir();
    this.roll = dice(seed);
    this.history = new History(path.join(this.dir, 'history.jsonl'));
    this.checker = new Checker(this.history);
    this.reader = buildReader(this.dir);
    this.restartMs = [];
  }

  get file() {
    return path.join(this.dir, 'data', 'chatd.db');
  }

  async open() {
    this.server = await startServer({ dataDir: path.join(this.dir, 'data') });
    this.world = await settle(this.server, this.clients, this.history);
    this.everybody = [...this.world.people, this.world.quiet];
    this.check([...this.history.sends.values()]);
    this.senders = this.world.people.map((person, i) => new Sender(person, this.world, this.history, dice(this.seed * 1000 + i)));
  }

  /* The last seq of every conversation, as far as the checker has read. */
  ends() {
    return new Map([...this.checker.threads].map(([key, thread]) => [key, thread.length]));
  }

  /* Takes in what is new in the store and judges the sends since the last time. */
  check(sends) {
    this.checker.take(readStore(this.reader, this.file, this.checker.lastId)).judgeSends(sends);
  }

  /* Fresh connections, since the server has closed what was idle while we counted, and a socket for everybody. */
  meet() {
    for (const person of this.everybody) person.meet(this.server);
    return Promise.all(this.everybody.map((person) => listen(person, this.ends())));
  }

  async round() {
    const before = this.history.sends.size;
    const listeners = await this.meet();
    const running = Promise.all(this.senders.map((sender) => sender.run()));
    await pause(this.roll() * this.maxMs * SLOW);
    await this.server.kill9();
    await running;
    await Promise.all(listeners.map((one) => one.ended));
    this.keep(listeners);
    await this.restart();
    const sends = [...this.history.sends.values()];
    this.check(sends.slice(before));
    await this.retry();
  }

  keep(listeners) {
    for (const one of listeners) this.history.views.push(one.view);
  }

  async restart() {
    const started = Date.now();
    await this.server.start();
    this.restartMs.push(Date.now() - started);
    for (const person of this.everybody) person.meet(this.server);
  }

  async retry() {
    const pending = this.history.pending();
    await Promise.all(this.senders.map((sender) => sender.resend(pending.filter((send) => send.senderId === sender.person.id))));
    for (const send of this.history.pending()) this.history.surprise(`${send.clientId} had no answer from a running server`);
    this.check(pending);
    const views = this.history.views.splice(0);
    this.checker.judgeViews(views);
    this.history.flush();
  }

  /* Without a crash a socket sees everything up to the last message. */
  async calm() {
    const listeners = await this.meet();
    const running = Promise.all(this.senders.map((sender) => sender.run()));
    await pause(200 * SLOW);
    for (const sender of this.senders) sender.stop();
    await running;
    this.check([...this.history.sends.values()]);
    const mine = (person) => [...this.ends()].filter(([key]) => this.isOf(person, key));
    for (const [i, person] of this.everybody.entries())
      await until(() => listeners[i].hasAll(mine(person)), `the socket of ${person.name} to see everything`, DEADLINE_MS).catch((error) => this.checker.verdict.add('gaps', error.message));
    await Promise.all(listeners.map((one) => one.close()));
    this.keep(listeners);
    this.checker.judgeViews(this.history.views.splice(0));
  }

  isOf(person, key) {
    return key.startsWith('g') || key.split('-').includes(String(person.id));
  }

  peerOf(person, key) {
    return key.startsWith('g') ? Number(key.slice(1)) : Number(key.split('-').find((id) => id !== String(person.id)));
  }

  /* Everything once more and from the beginning: the whole store, and all that the API shows of it. */
  async finish() {
    const { verdict } = this.checker;
    this.checker = new Checker(this.history, verdict).take(readStore(this.reader, this.file, 0, true)).judgeSends().judgeOrder();
    for (const what of this.history.surprises) verdict.add('broken', what);
    for (const person of this.everybody) {
      person.meet(this.server); /* the server has closed what was idle while we counted */
      const { items } = await person.must('GET', '/api/v1/conversations');
      for (const [key] of this.checker.threads) {
        if (!this.isOf(person, key)) continue;
        const toId = this.peerOf(person, key);
        const line = items.find((one) => one.targetId === toId);
        this.checker.judgeListed(person.id, key, line || { lastSeq: 0, readSeq: 0, unread: 0 });
        this.checker.judgeRead(person.id, key, (await this.readAll(person, toId)).map(shownMessage));
      }
    }
    return verdict;
  }

  async readAll(person, toId) {
    const all = [];
    for (;;) {
      const after = all.length > 0 ? all[all.length - 1].seq : 0;
      const { items } = await person.must('GET', `/api/v1/chat/messages?toId=${toId}&afterSeq=${after}&limit=${PAGE}&sort=seq:asc`);
      if (items.length === 0) return all;
      all.push(...items);
    }
  }

  summary(verdict) {
    const v = verdict;
    return `rounds ${this.rounds}, sends acked ${this.history.acknowledged()}, unknown ${this.history.unknown}: ` +
      `lost ${v.lost}, duplicated ${v.duplicated}, gaps ${v.gaps}, phantom ${v.phantom}, reordered ${v.reordered}`;
  }

  async run() {
    await this.open();
    for (let i = 1; i <= this.rounds; i++) {
      await this.round();
      this.progress(i, this);
    }
    await this.calm();
    return this.finish();
  }

  /* Stops the server; the folder stays when something was found. */
  async close(isClean) {
    this.history.close();
    for (const person of this.everybody || []) person.leave();
    if (this.server) await this.server.stop();
    if (isClean) fs.rmSync(this.dir, { recursive: true, force: true });
  }
}

module.exports = { Crash };
