'use strict';
/* GET /export: everything an account may see of itself, nothing of what is others' business (handlers/README.md, site). */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const net = require('node:net');
const { startServer } = require('../harness/server.js');
const { request } = require('../harness/http.js');
const { freeim, LOGGED_OUT } = require('../harness/client.js');
const { alter, missing } = require('../harness/sql.js');
const { SAN, SLOW, within } = require('../harness/wait.js');

let server, f;
before(async () => {
    server = await startServer();
    f = freeim(server);
});
after(() => server?.stop());

const fetchExport = (who, method = 'GET') => request(server, method, '/api/v1/export', { headers: { Authorization: who.token } });

async function exported(who) {
    const answer = await fetchExport(who);
    assert.equal(answer.status, 200, answer.text.slice(0, 300));
    return { answer, data: JSON.parse(answer.text) };
}

/* What was said where, by whom. */
const told = (data) => Object.fromEntries(data.conversations.map((one) => [one.name, one.messages.map((message) => [message.fromName, message.body])]));

test('it is one document with all that is mine', async () => {
    const [alice, bob, carol] = await f.people('mine', 3);
    await f.befriend(alice, bob);
    await alice.ok('POST /friends/blaklist', { toId: carol.id });
    await alice.ok('PUT /friends/remark', { toId: bob.id, remark: 'Bob "the" 鲍勃\n' });
    await alice.ok('PUT /me/update/info', { nickname: 'Alice', intro: 'a\\b' });
    await alice.ok('PUT /settings', { theme: 'dark' });
    await bob.say(alice, 'first');
    const regretted = await alice.say(bob, 'regretted');
    await alice.say(bob, '第二 "quoted"');
    await alice.ok('POST /chat/revocation', { toId: bob.id, id: regretted.id, ope: 'friend' });
    const group = await f.group(alice, [bob], { name: 'walkers' });
    await bob.say(group, 'hi all');
    const { answer, data } = await exported(alice);
    assert.match(answer.headers['content-type'], /^application\/json/);
    assert.equal(answer.headers['content-disposition'], `attachment; filename="chatd-${alice.id}.json"`);
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.deepEqual([data.format, data.account.id, data.account.nickname, data.account.intro], ['chatd export 1', alice.id, 'Alice', 'a\\b']);
    assert.equal(data.settings.theme, 'dark');
    assert.ok(Math.abs(Date.parse(data.exportedAt) - Date.now()) < 60000, data.exportedAt);
    assert.deepEqual(data.friends.map((one) => [one.id, one.remark]), [[bob.id, 'Bob "the" 鲍勃\n']]);
    assert.deepEqual(data.blocked.map((one) => one.id), [carol.id]);
    assert.deepEqual(data.groups.map((one) => one.name), ['walkers']);
    assert.deepEqual(told(data)['Bob "the" 鲍勃\n'], [[bob.name, 'first'], ['Alice', '第二 "quoted"']]);
    assert.deepEqual(told(data).walkers.at(-1), [bob.name, 'hi all']);
    assert.equal(data.conversations.find((one) => one.name === 'walkers').ope, 'group');
});

test('it has what hangs on messages, the hidden conversations, and files with their addresses', async () => {
    const [alice, bob] = await f.people('hang', 2);
    await f.befriend(alice, bob);
    const question = await bob.say(alice, 'lunch?');
    await alice.say(bob, 'yes', { replyToId: question.id });
    await alice.ok(`POST /messages/${question.id}/reactions`, { emoji: '👍' });
    const { uploadToken } = await alice.ok('GET /upload/qiniu/params');
    const form = new FormData();
    form.set('token', uploadToken);
    form.set('file', new Blob(['hello']), 'note.txt');
    const { key } = await (await fetch(`${server.url}/qiniu`, { method: 'POST', body: form })).json();
    await alice.say(bob, `${server.url}/files/${key}`, { type: 'file', extra: JSON.stringify({ name: 'note.txt', size: 5 }) });
    await alice.ok(`PUT /conversations/friend/${bob.id}/settings`, { hidden: 1 });
    const { data } = await exported(alice);
    const [first, second, third] = data.conversations[0].messages;
    assert.deepEqual(first.reactions, [{ emoji: '👍', count: 1, mine: true }]);
    assert.deepEqual([second.reply.id, second.reply.body], [question.id, 'lunch?']);
    assert.equal(third.body, `${server.url}/files/${key}`);
    assert.deepEqual(data.files.map((one) => [one.url, one.name, one.size]), [[`${server.url}/files/${key}`, 'note.txt', 5]]);
    assert.equal((await fetch(data.files[0].url)).status, 200);
});

test('it has nothing of what others keep to themselves', async () => {
    const [alice, bob, carol] = await f.people('private', 3);
    const group = await f.group(alice, [], { name: 'closed' });
    await alice.say(group, 'before bob came');
    await f.admit(alice, group, bob);
    await alice.say(group, 'bob is here');
    const other = await f.group(alice, [carol], { name: 'elsewhere' });
    await alice.say(other, 'not for bob');
    const left = await f.group(carol, [bob], { name: 'left' });
    await carol.say(left, 'said before he left');
    await bob.ok('POST /chatGroups/exit', { groupId: left.id });
    await alice.say(bob, 'cleared');
    await bob.ok(`POST /conversations/friend/${alice.id}/clear`);
    await f.befriend(alice, bob);
    const sql = `UPDATE users SET email = 'alice@secret.example', mobile = '13900001111' WHERE id = ${alice.id};`;
    if (!missing) await alter(server, sql);
    const again = await f.login(bob.name);
    const { answer, data } = await exported(again);
    for (const word of ['before bob came', 'not for bob', 'said before he left', 'cleared', 'secret.example', '13900001111', 'password', again.token, '$scrypt', 'elsewhere'])
        assert.ok(!answer.text.includes(word), word);
    assert.deepEqual(told(data).closed.at(-1), [alice.name, 'bob is here']);
    assert.ok(!told(data).left, 'a group that was left');
});

test('nothing counts as delivered or read by it', async () => {
    const [alice, bob] = await f.people('tick', 2);
    await alice.say(bob, 'not seen yet');
    await exported(bob);
    const there = await alice.conversation(bob);
    assert.deepEqual([there.peerDeliveredSeq, there.peerReadSeq], [0, 0]);
    assert.equal((await bob.conversation(alice)).unread, 1);
});

test('nobody else gets it, HEAD has no body, and an old client gets it without chunks', async () => {
    await f.nobody.refused('GET /export', {}, LOGGED_OUT, { status: 401 });
    const [alice] = await f.people('old', 1);
    const head = await fetchExport(alice, 'HEAD');
    assert.deepEqual([head.status, head.bytes.length], [200, 0]);
    const socket = net.connect({ host: server.host, port: server.port });
    const parts = [];
    socket.on('data', (part) => parts.push(part));
    socket.write(`GET /api/v1/export HTTP/1.0\r\nHost: old\r\nAuthorization: ${alice.token}\r\n\r\n`);
    await within(new Promise((resolve) => socket.on('close', resolve)), 'the end of the connection');
    const [top, ...body] = Buffer.concat(parts).toString().split('\r\n\r\n');
    assert.match(top, /Connection: close/);
    assert.doesNotMatch(top, /chunked/i);
    assert.equal(JSON.parse(body.join('\r\n\r\n')).account.id, alice.id);
});

/* Memory of the server's own: the store's file, which it maps, is the kernel's to keep or drop. */
const ownKb = () => Number(/RssAnon:\s+(\d+) kB/.exec(fs.readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]);

test('a long history comes whole, in order, and does not grow the server', { skip: missing }, async () => {
    const MANY = 60000;
    const [alice, bob] = await f.people('long', 2);
    await alice.say(bob, 'the first');
    await alter(
        server,
        `CREATE TEMP TABLE here AS SELECT conversation_id AS id FROM messages WHERE body = 'the first';
         WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ${MANY})
         INSERT INTO messages (conversation_id, seq, sender_id, kind, body, created_at_ms, updated_at_ms, kind_seq)
         SELECT (SELECT id FROM here), i, ${bob.id}, 1, i || ' ' || hex(zeroblob(400)), 1700000000000 + i, 0, i FROM n;
         UPDATE conversations SET last_seq = ${MANY} WHERE id = (SELECT id FROM here);`,
    );
    await exported(await f.login(bob.name)); /* what the first export needs once */
    const before = ownKb();
    const { answer, data } = await exported(await f.login(alice.name));
    const grown = ownKb() - before;
    console.log(`export of ${MANY} messages: ${answer.bytes.length} bytes in ${Math.round(answer.ms)} ms, memory +${grown} kB`);
    const { messages } = data.conversations[0];
    assert.equal(messages.length, MANY);
    assert.ok(messages.every((message, i) => message.seq === i + 1));
    /* The store's caches grow once; a server that held the document would grow by all of it. */
    assert.ok(answer.bytes.length > 55e6);
    if (!SAN) assert.ok(grown < 32 * 1024, `${grown} kB`);
    assert.ok(answer.ms < 60000 * SLOW);
});

test('it is not for asking all the time', async () => {
    await server.restart({ rate_limits: 'on' });
    const alice = await f.login('mine1');
    for (let i = 0; i < 3; i++) assert.equal((await fetchExport(alice)).status, 200);
    const refused = await fetchExport(alice);
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers['retry-after']) > 500, refused.headers['retry-after']);
});
