'use strict';
/* The contract of the landed rows: each is called once so that it succeeds and once so that it fails, and both answers
 * are held against the schemas written from the document. `chatd routes`, test/spec/landed.json and the documents'
 * own list of rows must agree. Prints one line of coverage. */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { startServer, runChatd } = require('../harness/server.js');
const { freeim, PASSWORD } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');
const { handshake } = require('../harness/rawws.js');
const spec = require('../harness/spec.js');

let server, f, alice, bob, carol, group, message;
before(async () => {
    server = await startServer();
    f = freeim(server);
    [alice, bob, carol] = await f.people('contract', 3);
    await f.befriend(alice, bob);
    group = await f.group(alice, [bob], { name: 'contract' });
    message = await alice.say(bob, 'to be recalled');
    await alice.say(bob, 'to be read', { clientMsgId: 'c-1' });
    spec.hits.clear(); /* what the preparation touched does not count */
});
after(() => server?.stop());

const person = (who) => ({ alice, bob, carol, nobody: f.nobody })[who];

/* row -> [who, good fields, who, bad fields]; in the document's order, each using what the ones before it made. */
const CALLS = {
    'GET /captcha/image': ['nobody', () => ({ type: 'login' }), 'nobody', () => ({ type: 'x' })],
    'POST /login/basic': [
        'nobody',
        () => f.credentials(alice.name),
        'nobody',
        () => f.credentials(alice.name, { password: `${PASSWORD}!` }),
    ],
    'POST /register/basic': ['nobody', () => f.credentials(f.uniq('fresh')), 'nobody', () => f.credentials(alice.name)],
    'GET /me/info': ['alice', () => ({}), 'nobody', () => ({})],
    'GET /friends/search': ['alice', () => ({ account: bob.name }), 'alice', () => ({})],
    'POST /friends/add': [
        'carol',
        () => ({ toId: alice.id, reason: 'r' }),
        'carol',
        () => ({ toId: alice.id, reason: 'r' }),
    ],
    'GET /friends/add/applies': ['alice', () => ({}), 'nobody', () => ({})],
    'POST /friends/add/reply': [
        'alice',
        () => ({ toId: carol.id, status: 'pass' }),
        'alice',
        () => ({ toId: carol.id, status: 'pass' }),
    ],
    'GET /friends': ['alice', () => ({ blacklist: 0 }), 'alice', () => ({ blacklist: 'x' })],
    'POST /chatGroups': ['alice', () => ({ name: 'n', intro: 'i' }), 'alice', () => ({ intro: 'i' })],
    'GET /chatGroups': ['alice', () => ({}), 'nobody', () => ({})],
    'POST /chatGroups/join': [
        'carol',
        () => ({ groupId: group.id, reason: 'r' }),
        'carol',
        () => ({ groupId: group.id, reason: 'r' }),
    ],
    'GET /chatGroups/join': ['alice', () => ({}), 'nobody', () => ({})],
    'POST /chatGroups/join/reply': [
        'alice',
        () => ({ groupId: group.id, accountId: carol.id, status: 'pass' }),
        'carol',
        () => ({ groupId: group.id, accountId: bob.id, status: 'deny' }),
    ],
    'GET /chatGroups/info': ['carol', () => ({ groupId: group.id }), 'carol', () => ({ groupId: 9999999 })],
    'POST /chat/send': [
        'alice',
        () => ({ toId: group.id, ope: 'group', type: 'text', body: 'b', isPrivate: 1 }),
        'alice',
        () => ({ toId: alice.id, ope: 'friend', type: 'text', body: 'b' }),
    ],
    'POST /chat/revocation': [
        'alice',
        () => ({ toId: bob.id, id: message.id, ope: 'friend' }),
        'bob',
        () => ({ toId: alice.id, id: message.id, ope: 'friend' }),
    ],
    'POST /chat/read': ['bob', () => ({ toId: alice.id }), 'bob', () => ({ toId: 9999999 })],
    'GET /chat/messages': ['bob', () => ({ toId: alice.id }), 'bob', () => ({ toId: 99999999 })],
};

for (const [row, [goodWho, goodFields, badWho, badFields]] of Object.entries(CALLS))
    test(`${row} succeeds and fails as the document says`, async () => {
        const good = await person(goodWho).call(row, goodFields());
        assert.equal(good.body.code, 0, good.text);
        /* A list that has something in it, or its schema was not looked at. */
        if (good.body.result?.items) assert.ok(good.body.result.items.length > 0, `${row} answered an empty list`);
        const bad = await person(badWho).call(row, badFields());
        assert.equal(bad.body.code, 1, bad.text);
    });

test('WS /ws opens for a user, for nobody else, and carries every frame of the document', async () => {
    const row = 'WS /api/v1/ws';
    const refusal = await handshake(server, {});
    assert.equal(refusal.status, 401);
    assert.deepEqual(JSON.parse(refusal.body), { code: 1, result: null, message: '登录超时' });
    spec.count(row, 'bad');
    const [atAlice, atBob, atDave] = [
        await connect(alice),
        await connect(bob),
        await connect(await f.register('dave')),
    ];
    spec.count(row, 'good');
    const dave = await f.login('dave');
    await atAlice.send({ toId: bob.id, ope: 'friend', type: 'input', status: 'normal' });
    await atBob.frame({ type: 'input', status: 'normal' });
    for (const type of ['text', 'pic', 'voice', 'video', 'geo', 'file']) {
        const sent = await alice.say(bob, type, { type });
        await atBob.frame({ type, id: sent.id, status: 'normal' });
        await alice.ok('POST /chat/revocation', { toId: bob.id, id: sent.id, ope: 'friend' });
        await atBob.frame({ type, id: sent.id, status: 'revocation' });
    }
    await bob.ok('POST /chat/read', { toId: alice.id });
    await atAlice.frame({ type: 'read' });
    await dave.ok('POST /friends/add', { toId: bob.id, reason: 'r' });
    await atBob.frame({ type: 'addFriend' });
    await bob.ok('POST /friends/add/reply', { toId: dave.id, status: 'deny', reason: 'r' });
    await atDave.frame({ type: 'addFriendReply' });
    await dave.ok('POST /chatGroups/join', { groupId: group.id, reason: 'r' });
    await atAlice.frame({ type: 'joinGroup' });
    await alice.ok('POST /chatGroups/join/reply', { groupId: group.id, accountId: dave.id, status: 'pass' });
    await atDave.frame({ type: 'joinGroupReply' });
    await atDave.send({ type: 'ping' });
    await atDave.frame({ type: 'ping', fromId: dave.id });
    await atDave.send({ type: 'input' });
    await atDave.frame({ type: 'error', ope: 'system' });
    for (const socket of [atAlice, atBob, atDave]) await socket.close();
});

test("chatd routes, landed.json and the documents' rows agree", async () => {
    const { stdout, code } = await runChatd(['routes']);
    assert.equal(code, 0);
    const routed = stdout
        .trim()
        .split('\n')
        .map((line) => {
            const [dialect, method, path, ...rest] = line.split('\t');
            assert.equal(rest.length, 0, line);
            return { dialect, row: `${method} ${path}` };
        });
    for (const [dialect, rows] of Object.entries(spec.landed)) {
        if (dialect.startsWith('$')) continue;
        const has = routed.filter((one) => one.dialect === dialect).map((one) => one.row);
        assert.equal(new Set(has).size, has.length, 'a row is routed twice');
        assert.deepEqual(
            rows.filter((row) => !has.includes(row)),
            [],
            `landed rows of ${dialect} that are not routed`,
        );
        assert.deepEqual(
            has.filter((row) => !rows.includes(row)),
            [],
            `routed rows of ${dialect} that landed.json does not know`,
        );
    }
    const documented = (one) => spec.endpoints.some((row) => row.dialect === one.dialect && row.row === one.row);
    assert.deepEqual(
        routed.filter((one) => one.dialect !== 'site' && !documented(one)),
        [],
        'routed rows no document has',
    );
    for (const row of spec.landed.freeim)
        assert.ok(spec.isLanded(row) || row.startsWith('WS '), `no schema for ${row}`);
});

const hitOf = (row) => spec.hits.get(row) || { good: 0, bad: 0 };

test('every landed row was hit here, good and bad', () => {
    const missed = spec.landed.freeim.filter((row) => hitOf(row).good === 0 || hitOf(row).bad === 0);
    assert.deepEqual(missed, []);
});

/* What the other test files recorded in this run (test/run.js starts with an empty folder and this file last). Their
 * own process has judged it already; this one has only the log to go by. */
test('what the other tests recorded fits too', () => {
    const dir = process.env.CONTRACT_LOG;
    const logs = dir && fs.existsSync(dir) ? fs.readdirSync(dir).filter((one) => one.endsWith('.jsonl')) : [];
    for (const name of logs)
        for (const line of fs.readFileSync(path.join(dir, name), 'utf8').trim().split('\n')) {
            const { row, status, answer } = JSON.parse(line);
            if (spec.isLanded(row)) spec.check(row, { status, body: answer, text: JSON.stringify(answer) });
        }
    const rows = spec.landed.freeim;
    const answers = [...spec.hits.values()].reduce((sum, one) => sum + one.good + one.bad, 0);
    const hit = rows.filter((row) => hitOf(row).good > 0 && hitOf(row).bad > 0).length;
    console.log(`freeim: ${hit} of ${rows.length} landed rows, ${answers} answers validated`);
});
