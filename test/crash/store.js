'use strict';
/* The store as it lies on disk, read by check.c: independent of the server's own code. */
const { execFileSync } = require('node:child_process');
const path = require('node:path');
const { noticeId } = require('./history.js');

/* enum notice of db/types.h, as far as the rounds make any, in the words of the API. */
const NOTICES = { 7: 'groupBanned', 10: 'groupJoin' };

/* Builds the reader into a folder of the run's; its path. */
function buildReader(dir) {
  const out = path.join(dir, 'check');
  execFileSync('cc', ['-O1', '-Wall', '-Wextra', '-o', out, path.join(__dirname, 'check.c'), '-lsqlite3'], { stdio: ['ignore', 'inherit', 'inherit'] });
  return out;
}

/* A notice is known by what it tells, as a message is by its client id. */
function storedMessage(f) {
  const isNotice = f[6] !== '0';
  const clientId = isNotice ? noticeId(NOTICES[f[6]] || `notice ${f[6]}`, f[7], f[8]) : f[4];
  return { id: +f[0], conversationId: +f[1], seq: +f[2], senderId: +f[3], clientId, body: f[5], isNotice };
}

/* {conversations, participants, messages, faults}; messages only those with an id above afterId. */
function readStore(reader, file, afterId = 0, full = false) {
  const text = execFileSync(reader, [file, String(afterId), ...(full ? ['full'] : [])], { encoding: 'utf8', maxBuffer: 1 << 30 });
  const store = { conversations: [], participants: [], messages: [], faults: [] };
  for (const line of text.split('\n')) {
    const [mark, ...f] = line.split('\t');
    if (mark === 'C') store.conversations.push({ id: +f[0], key: f[3] ? `g${f[3]}` : `${f[1]}-${f[2]}`, lastSeq: +f[4] });
    else if (mark === 'P') store.participants.push({ userId: +f[0], conversationId: +f[1], readSeq: +f[2] });
    else if (mark === 'M') store.messages.push(storedMessage(f));
    else if (mark === 'X') store.faults.push(f.join(' '));
  }
  return store;
}

module.exports = { buildReader, readStore };
