'use strict';
/* What the clients know: every request as invoke and then ok, fail or unknown, also as a file of JSON lines. A request
 * without an answer is unknown, never failed: the server may have done it. */
const fs = require('node:fs');

/* One conversation has one name, whoever looks at it: "g12" or "10000001-10000007". */
function conversationKey(senderId, targetId) {
  if (targetId < 10000000) return `g${targetId}`;
  return senderId < targetId ? `${senderId}-${targetId}` : `${targetId}-${senderId}`;
}

/* What a notice tells is its name: the rounds make none twice (a mute is of so many minutes as no other). */
function noticeId(type, subjectId, amount) {
  return `${type} ${subjectId} ${amount}`;
}

/* A message as the API shows it, on a socket or in a page, in the words of the store. */
function shownMessage(shown) {
  const isNotice = shown.ope === 'system';
  const told = isNotice ? JSON.parse(shown.body) : {};
  return {
    id: shown.id,
    seq: shown.seq,
    senderId: shown.fromId,
    clientId: isNotice ? noticeId(shown.type, told.accountId, told.minute) : shown.clientMsgId,
    body: isNotice ? '' : shown.body,
    isNotice,
  };
}

class History {
  constructor(file) {
    this.fd = file ? fs.openSync(file, 'w') : null;
    this.lines = [];
    this.sends = new Map(); /* clientId -> send */
    this.reads = new Map(); /* "user key" -> the highest seq the server confirmed as read */
    this.views = []; /* what each socket saw, see listener.js */
    this.surprises = []; /* answers nobody should get */
    this.unknown = 0;
  }

  note(type, fields) {
    if (this.fd !== null) this.lines.push(JSON.stringify({ type, at: Date.now(), ...fields }));
    if (type === 'unknown') this.unknown++;
    if (this.lines.length > 5000) this.flush();
  }

  flush() {
    if (this.fd !== null && this.lines.length > 0) fs.writeSync(this.fd, `${this.lines.join('\n')}\n`);
    this.lines = [];
  }

  newSend(process, senderId, targetId, body, clientId) {
    const send = { process, order: this.sends.size, senderId, targetId, key: conversationKey(senderId, targetId), clientId, body, state: 'unknown', acks: [] };
    this.sends.set(clientId, send);
    return send;
  }

  /* Something that will leave a notice. Its answer has no seq, and a second try would be a second notice. */
  newNotice(process, senderId, groupId, type, subjectId, amount) {
    const notice = this.newSend(process, senderId, groupId, '', noticeId(type, subjectId, amount));
    notice.isNotice = true;
    return notice;
  }

  noticeAcked(notice) {
    notice.state = 'ok';
    this.note('ok', { op: 'notice', client: notice.process, clientId: notice.clientId });
  }

  /* result is the message the server answered with. */
  acked(send, result) {
    send.state = 'ok';
    send.acks.push({ id: result.id, seq: result.seq });
    this.sawRead(send.senderId, send.key, result.seq); /* who writes has read what stands above */
    this.note('ok', { op: 'send', client: send.process, clientId: send.clientId, id: result.id, seq: result.seq });
  }

  sawRead(userId, key, seq) {
    const at = `${userId} ${key}`;
    if (seq > (this.reads.get(at) || 0)) this.reads.set(at, seq);
  }

  surprise(what) {
    this.surprises.push(what);
    this.note('surprise', { what });
  }

  pending() {
    return [...this.sends.values()].filter((send) => send.state === 'unknown' && !send.isNotice);
  }

  acknowledged() {
    return [...this.sends.values()].filter((send) => send.state === 'ok').length;
  }

  close() {
    this.flush();
    if (this.fd !== null) fs.closeSync(this.fd);
    this.fd = null;
  }
}

module.exports = { History, conversationKey, noticeId, shownMessage };
