'use strict';
/* Compares what clients were told with what is stored and what can be read back. Counts, per kind, what must not be:
 *   lost        acknowledged, but not there, or not as acknowledged
 *   duplicated  one client id, two messages; what a notice tells counts as its client id
 *   gaps        a conversation whose seqs are not 1..n, or a socket that skipped one
 *   phantom     stored, read or pushed, but never sent, or not with that content
 *   reordered   ids or seqs that run against the order in which things were sent or shown
 *   reads       a read position that fell, passed the end, or lost what was confirmed
 *   broken      the store is damaged as SQLite sees it, or an answer nobody should get */
const { noticeId } = require('./history.js');

const KINDS = ['lost', 'duplicated', 'gaps', 'phantom', 'reordered', 'reads', 'broken'];
const SHOWN = 20;

class Verdict {
  constructor() {
    for (const kind of KINDS) this[kind] = 0;
    this.examples = [];
  }

  add(kind, what) {
    this[kind]++;
    if (this.examples.length < SHOWN) this.examples.push(`${kind}: ${what}`);
  }

  get isClean() {
    return KINDS.every((kind) => this[kind] === 0);
  }
}

const show = (message) => `${message.key} seq ${message.seq} id ${message.id} ${message.clientId}`;

/* The store as far as it is known, taken in piece by piece as messages are added. */
class Checker {
  constructor(history, verdict = new Verdict()) {
    this.history = history;
    this.verdict = verdict;
    this.keyOf = new Map(); /* conversation id -> key */
    this.threads = new Map(); /* key -> messages in the order of seq */
    this.byClient = new Map(); /* client id -> message */
    this.readSeq = new Map(); /* "user key" -> read_seq seen last */
    this.lastId = 0;
  }

  thread(key) {
    if (!this.threads.has(key)) this.threads.set(key, []);
    return this.threads.get(key);
  }

  /* Takes a piece of the store (store.js) with the messages above lastId. */
  take(store) {
    for (const one of store.conversations) this.keyOf.set(one.id, one.key);
    for (const message of store.messages) this.takeMessage({ ...message, key: this.keyOf.get(message.conversationId) });
    for (const one of store.conversations) {
      const stored = this.thread(one.key).length;
      if (one.lastSeq !== stored) this.verdict.add('gaps', `${one.key} says it has ${one.lastSeq} messages, ${stored} are there`);
    }
    for (const one of store.participants) this.takeRead(one);
    for (const fault of store.faults) this.verdict.add('broken', fault);
    return this;
  }

  takeMessage(message) {
    const thread = this.thread(message.key);
    const before = thread[thread.length - 1];
    const send = this.history.sends.get(message.clientId);
    this.lastId = message.id;
    if (this.byClient.has(message.clientId)) this.verdict.add('duplicated', `${show(message)} and ${show(this.byClient.get(message.clientId))}`);
    if (!send || send.senderId !== message.senderId || send.key !== message.key || send.body !== message.body || Boolean(send.isNotice) !== message.isNotice || send.state === 'fail')
      this.verdict.add('phantom', show(message));
    if (before && message.seq <= before.seq) this.verdict.add('reordered', `${show(message)} after ${show(before)}`);
    else if (message.seq !== (before ? before.seq : 0) + 1) this.verdict.add('gaps', `${show(message)} after seq ${before ? before.seq : 0}`);
    this.byClient.set(message.clientId, message);
    thread.push(message);
  }

  takeRead({ userId, conversationId, readSeq }) {
    const key = this.keyOf.get(conversationId);
    const at = `${userId} ${key}`;
    const last = this.thread(key).length;
    if (readSeq > last) this.verdict.add('reads', `${at}: read ${readSeq} of ${last}`);
    if (readSeq < (this.readSeq.get(at) || 0)) this.verdict.add('reads', `${at}: fell from ${this.readSeq.get(at)} to ${readSeq}`);
    if (readSeq < (this.history.reads.get(at) || 0)) this.verdict.add('reads', `${at}: ${this.history.reads.get(at)} was confirmed, ${readSeq} is stored`);
    this.readSeq.set(at, readSeq);
  }

  /* Every acknowledgement against the store. */
  judgeSends(sends = this.history.sends.values()) {
    for (const send of sends) {
      const message = this.byClient.get(send.clientId);
      if (send.isNotice && send.state === 'ok' && !message) this.verdict.add('lost', `notice ${send.clientId} in ${send.key}, which was confirmed`);
      const others = send.acks.filter((ack) => ack.id !== send.acks[0].id || ack.seq !== send.acks[0].seq);
      if (send.acks.length === 0) continue;
      if (others.length > 0) this.verdict.add('duplicated', `${send.clientId}: acknowledged as ${JSON.stringify(send.acks)}`);
      if (!message) this.verdict.add('lost', `${send.clientId} in ${send.key}, acknowledged as ${JSON.stringify(send.acks[0])}`);
      else if (message.id !== send.acks[0].id || message.seq !== send.acks[0].seq)
        this.verdict.add('lost', `${show(message)} was acknowledged as ${JSON.stringify(send.acks[0])}`);
    }
    return this;
  }

  /* A client sends one message after the other, so what it sent later stands later; what had no answer at first may have
   * been stored by the resend, later than its turn. */
  judgeOrder() {
    const last = new Map();
    for (const send of this.history.sends.values()) {
      const at = `${send.process} ${send.key}`;
      const stored = send.isNotice ? this.byClient.get(send.clientId) : send.acks[0];
      if (!stored || send.isRetried) continue;
      if (stored.seq <= (last.get(at) || 0)) this.verdict.add('reordered', `${send.clientId} has seq ${stored.seq} in ${send.key}, sent after ${last.get(at)}`);
      last.set(at, stored.seq);
    }
    return this;
  }

  /* What the sockets showed: each conversation without a gap from the moment the socket opened, and nothing that is not stored. */
  judgeViews(views = this.history.views) {
    for (const view of views)
      for (const [key, frames] of view.seen) this.judgeView(view, key, frames);
    return this;
  }

  judgeView(view, key, frames) {
    let expected = (view.from.get(key) || 0) + 1;
    for (const frame of frames) {
      const stored = this.thread(key)[frame.seq - 1];
      if (frame.seq < expected) this.verdict.add('reordered', `the socket of ${view.userId} saw ${key} seq ${frame.seq}, expecting ${expected}`);
      else if (frame.seq > expected) this.verdict.add('gaps', `the socket of ${view.userId} saw ${key} seq ${frame.seq}, expecting ${expected}`);
      if (!stored || stored.id !== frame.id || stored.clientId !== frame.clientId) this.verdict.add('phantom', `the socket of ${view.userId} saw ${key} seq ${frame.seq} id ${frame.id}`);
      expected = frame.seq + 1;
    }
  }

  /* The seq from which on userId may read: that of the notice of their joining, in a group they did not make. */
  firstSeq(userId, key) {
    const joined = this.byClient.get(noticeId('groupJoin', userId, 0));
    return joined && joined.key === key ? joined.seq : 1;
  }

  /* A conversation as a person reads it through the API against what is stored. */
  judgeRead(userId, key, messages) {
    const stored = this.thread(key);
    for (let i = 1; i < messages.length; i++)
      if (messages[i].seq <= messages[i - 1].seq) this.verdict.add('reordered', `${userId} reads ${key} seq ${messages[i].seq} after ${messages[i - 1].seq}`);
    const read = new Map(messages.map((one) => [one.seq, one]));
    const first = this.firstSeq(userId, key);
    for (const one of stored.slice(first - 1)) {
      const seen = read.get(one.seq);
      if (!seen) this.verdict.add('lost', `${userId} cannot read ${show(one)}`);
      else if (seen.id !== one.id || seen.senderId !== one.senderId || seen.clientId !== one.clientId || seen.isNotice !== one.isNotice || seen.body !== one.body)
        this.verdict.add('phantom', `${userId} reads ${JSON.stringify(seen).slice(0, 200)} instead of ${show(one)}`);
    }
    for (const one of messages) if (!stored[one.seq - 1] || one.seq < first) this.verdict.add('phantom', `${userId} reads ${key} seq ${one.seq}, which is not stored or from before they joined`);
    return this;
  }

  /* A line of a person's conversation list. */
  judgeListed(userId, key, line) {
    const thread = this.thread(key);
    const readSeq = this.readSeq.get(`${userId} ${key}`) || 0;
    const unread = thread.filter((one) => one.seq > readSeq && one.senderId !== userId && !one.isNotice).length;
    if (line.lastSeq !== thread.length) this.verdict.add('gaps', `${userId} is told that ${key} ends at ${line.lastSeq}, not ${thread.length}`);
    if (line.readSeq !== readSeq || line.unread !== unread)
      this.verdict.add('reads', `${userId} is told ${key} is read to ${line.readSeq} with ${line.unread} unread, not ${readSeq} and ${unread}`);
    return this;
  }
}

module.exports = { Checker, Verdict, KINDS };
