'use strict';
/* The contract of the landed rows: each is called once so that it succeeds and once so that it fails, and both answers
 * are held against the schemas written from the document. `chatd routes`, test/spec/landed.json and the documents'
 * own list of rows must agree. Prints one line of coverage. */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { startServer, runChatd } = require('../harness/server.js');
const { freeim, PASSWORD } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');
const { handshake } = require('../harness/rawws.js');
const { codeFromOutbox } = require('../harness/post.js');
const spec = require('../harness/spec.js');

let server, f, alice, bob, carol, dan, group, managed, circle, message;
before(async () => {
    server = await startServer();
    f = freeim(server);
    [alice, bob, carol, dan] = await f.people('contract', 4);
    await f.befriend(alice, bob);
    await f.befriend(alice, dan);
    group = await f.group(alice, [bob], { name: 'contract', longitude: 113.9, latitude: 22.8 });
    managed = await f.group(alice, [bob, dan, carol], { name: 'managed' });
    await alice.ok('POST /friends/groups', { name: 'circle', members: [bob.id] });
    [circle] = (await alice.ok('GET /friends/groups')).items;
    await bob.ok('PUT /me/update/info', { longitude: 113.6, latitude: 22.6 });
    message = await alice.say(bob, 'to be recalled');
    await alice.say(bob, 'to be read', { clientMsgId: 'c-1' });
    spec.hits.clear(); /* what the preparation touched does not count */
});
after(() => server?.stop());

/* Dialects of no document: the web client's extras, the upload host and the files. */
const OURS = ['site', 'qiniu', 'files', 'trust'];

const person = (who) => ({ alice, bob, carol, dan, nobody: f.nobody }[who]);

/* The fields of a row that wants a code sent to an address. */
const byCode = async (kind, address, more) => ({ [kind]: address, captcha: await codeFromOutbox(f, kind, address), ...more });

/* row -> [who, good fields, who, bad fields]; in the document's order but where a row ends what another needs, each using what the ones before
 * it made. */
const CALLS = {
    'GET /captcha/image': ['nobody', () => ({ type: 'login' }), 'nobody', () => ({ type: 'x' })],
    'GET /captcha/email': ['nobody', () => ({ email: 'c@example.org' }), 'nobody', () => ({ email: 'c' })],
    'POST /login/basic': ['nobody', () => f.credentials(alice.name), 'nobody', () => f.credentials(alice.name, { password: `${PASSWORD}!` })],
    'GET /captcha/mobile': ['nobody', () => ({ mobile: '15712345678' }), 'nobody', () => ({ mobile: 'c' })],
    'POST /register/basic': ['nobody', () => f.credentials(f.uniq('fresh')), 'nobody', () => f.credentials(alice.name)],
    'POST /login/email': ['nobody', () => byCode('email', 'c@example.org', { platform: 'h5' }), 'nobody', () => ({ email: 'c@example.org', captcha: '1', platform: 'h5' })],
    'POST /login/mobile': ['nobody', () => byCode('mobile', '15712345678', { platform: 'h5' }), 'nobody', () => ({ mobile: '15712345678', captcha: '1', platform: 'h5' })],
    'POST /reset/password/email': ['nobody', () => byCode('email', 'c@example.org', { password: PASSWORD }), 'nobody', () => byCode('email', 'none@example.org', { password: PASSWORD })],
    'POST /reset/password/mobile': ['nobody', () => byCode('mobile', '15712345678', { password: PASSWORD }), 'nobody', () => byCode('mobile', '15700000000', { password: PASSWORD })],
    'GET /me/info': ['alice', () => ({}), 'nobody', () => ({})],
    'PUT /me/update/password': ['alice', () => ({ password: PASSWORD }), 'alice', () => ({ password: 'short' })],
    'PUT /me/update/info': ['alice', () => ({ nickname: 'Al', longitude: 113.5, latitude: 22.5 }), 'alice', () => ({ longitude: 181 })],
    'GET /friends/search': ['alice', () => ({ account: bob.name }), 'alice', () => ({})],
    'POST /friends/add': ['carol', () => ({ toId: alice.id, reason: 'r' }), 'carol', () => ({ toId: alice.id, reason: 'r' })],
    'GET /friends/add/applies': ['alice', () => ({}), 'nobody', () => ({})],
    'POST /friends/add/reply': ['alice', () => ({ toId: carol.id, status: 'pass' }), 'alice', () => ({ toId: carol.id, status: 'pass' })],
    'GET /friends': ['alice', () => ({ blacklist: 0 }), 'alice', () => ({ blacklist: 'x' })],
    'DELETE /friends': ['dan', () => ({ toId: alice.id }), 'dan', () => ({ toId: alice.id })],
    'POST /friends/blaklist': ['dan', () => ({ toId: carol.id }), 'dan', () => ({ toId: 99999999 })],
    'DELETE /friends/blaklist': ['dan', () => ({ toId: carol.id }), 'dan', () => ({ toId: carol.id })],
    'PUT /friends/remark': ['alice', () => ({ toId: bob.id, remark: '小美' }), 'bob', () => ({ toId: carol.id, remark: 'r' })],
    'PUT /friends/label': ['alice', () => ({ toId: bob.id, label: '客户,经理' }), 'bob', () => ({ toId: carol.id, label: 'l' })],
    'POST /friends/groups': ['alice', () => ({ name: '朋友', members: [bob.id] }), 'alice', () => ({ name: '朋友' })],
    'GET /friends/groups': ['alice', () => ({}), 'nobody', () => ({})],
    'POST /friends/groups/members': ['alice', () => ({ groupId: circle.id, members: [dan.id] }), 'bob', () => ({ groupId: circle.id, members: [alice.id] })],
    'DELETE /friends/groups/members': ['alice', () => ({ groupId: circle.id, members: [dan.id] }), 'bob', () => ({ groupId: circle.id, members: [bob.id] })],
    'GET /friends/group': ['alice', () => ({ groupId: circle.id }), 'bob', () => ({ groupId: circle.id })],
    'PUT /friends/groups/name': ['alice', () => ({ groupId: circle.id, name: '同事' }), 'alice', () => ({ groupId: circle.id, name: '朋友' })],
    'DELETE /friends/groups': ['alice', () => ({ groupId: circle.id }), 'alice', () => ({ groupId: circle.id })],
    'GET /friends/info': ['alice', () => ({ toId: bob.id }), 'bob', () => ({ toId: carol.id })],
    'GET /friends/verify': ['alice', () => ({ toId: bob.id }), 'alice', () => ({ toId: 99999999 })],
    'GET /friends/near': ['alice', () => ({ longitude: 113.5, latitude: 22.5 }), 'alice', () => ({ longitude: 113.5, latitude: 86 })],
    'POST /chatGroups': ['alice', () => ({ name: 'n', intro: 'i' }), 'alice', () => ({ intro: 'i' })],
    'PUT /chatGroups': ['alice', () => ({ groupId: managed.id, name: 'renamed', intro: 'i' }), 'bob', () => ({ groupId: managed.id, name: 'n', intro: 'i' })],
    'GET /chatGroups': ['alice', () => ({}), 'nobody', () => ({})],
    'POST /chatGroups/join': ['carol', () => ({ groupId: group.id, reason: 'r' }), 'carol', () => ({ groupId: group.id, reason: 'r' })],
    'GET /chatGroups/join': ['alice', () => ({}), 'nobody', () => ({})],
    'POST /chatGroups/join/reply': ['alice', () => ({ groupId: group.id, accountId: carol.id, status: 'pass' }), 'carol', () => ({ groupId: group.id, accountId: bob.id, status: 'deny' })],
    'GET /chatGroups/info': ['carol', () => ({ groupId: group.id }), 'carol', () => ({ groupId: 9999999 })],
    'POST /chatGroups/search': ['carol', () => ({ name: 'ontrac' }), 'carol', () => ({ name: '' })],
    'GET /chatGroups/common': ['bob', () => ({ toId: alice.id }), 'bob', () => ({ toId: 'x' })],
    'GET /chatGroups/near': ['bob', () => ({}), 'bob', () => ({ longitude: 181, latitude: 1 })],
    'POST /chatGroups/banned': ['alice', () => ({ groupId: managed.id, toId: bob.id, minute: 10 }), 'bob', () => ({ groupId: managed.id, toId: carol.id, minute: 10 })],
    'POST /chatGroups/manager': ['alice', () => ({ groupId: managed.id, toId: bob.id, isManager: 1 }), 'bob', () => ({ groupId: managed.id, toId: carol.id, isManager: 1 })],
    'POST /chatGroups/kick': ['bob', () => ({ groupId: managed.id, toId: dan.id }), 'bob', () => ({ groupId: managed.id, toId: alice.id })],
    'POST /chatGroups/transfer': ['alice', () => ({ groupId: managed.id, toId: bob.id }), 'alice', () => ({ groupId: managed.id, toId: carol.id })],
    'POST /chatGroups/exit': ['alice', () => ({ groupId: managed.id }), 'bob', () => ({ groupId: managed.id })],
    'POST /chatGroups/dissolve': ['bob', () => ({ groupId: managed.id }), 'bob', () => ({ groupId: managed.id })],
    'POST /chat/send': ['alice', () => ({ toId: group.id, ope: 'group', type: 'text', body: 'b', isPrivate: 1 }), 'alice', () => ({ toId: alice.id, ope: 'friend', type: 'text', body: 'b' })],
    'POST /chat/revocation': ['alice', () => ({ toId: bob.id, id: message.id, ope: 'friend' }), 'bob', () => ({ toId: alice.id, id: message.id, ope: 'friend' })],
    'POST /chat/read': ['bob', () => ({ toId: alice.id }), 'bob', () => ({ toId: 9999999 })],
    'GET /chat/messages': ['bob', () => ({ toId: alice.id }), 'bob', () => ({ toId: 99999999 })],
    'GET /upload/qiniu/params': ['alice', () => ({}), 'nobody', () => ({})],
};

for (const [row, [goodWho, goodFields, badWho, badFields]] of Object.entries(CALLS))
    test(`${row} succeeds and fails as the document says`, async () => {
        const good = await person(goodWho).call(row, await goodFields());
        assert.equal(good.body.code, 0, good.text);
        /* A list that has something in it, or its schema was not looked at. */
        if (good.body.result?.items) assert.ok(good.body.result.items.length > 0, `${row} answered an empty list`);
        const bad = await person(badWho).call(row, await badFields());
        assert.equal(bad.body.code, 1, bad.text);
    });

test('WS /ws opens for a user, for nobody else, and carries every frame of the document', async () => {
    const row = 'WS /api/v1/ws';
    const refusal = await handshake(server, {});
    assert.equal(refusal.status, 401);
    assert.deepEqual(JSON.parse(refusal.body), { code: 1, result: null, message: '登录超时' });
    spec.count(row, 'bad');
    const [atAlice, atBob, atDave] = [await connect(alice), await connect(bob), await connect(await f.register('dave'))];
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
    const notice = async (type, subject, isManager = 0, minute = 0) => {
        const frame = await atDave.frame({ ope: 'system', type, toId: group.id });
        assert.deepEqual(JSON.parse(frame.body), { accountId: subject ? subject.id : 0, isManager, minute });
    };
    const groupId = group.id;
    await notice('groupJoin', dave);
    await alice.ok('PUT /chatGroups', { groupId, name: 'contract 2', intro: '' });
    await notice('groupUpdate');
    await alice.ok('POST /chatGroups/manager', { groupId, toId: dave.id, isManager: 1 });
    await notice('groupManager', dave, 1);
    await dave.ok('POST /chatGroups/banned', { groupId, toId: bob.id, minute: 5 });
    await notice('groupBanned', bob, 0, 5);
    await dave.ok('POST /chatGroups/kick', { groupId, toId: carol.id });
    await notice('groupKick', carol);
    await alice.ok('POST /chatGroups/transfer', { groupId, toId: dave.id });
    await notice('groupTransfer', dave);
    await alice.ok('POST /chatGroups/exit', { groupId });
    await notice('groupExit', alice);
    await dave.ok('POST /chatGroups/dissolve', { groupId });
    await notice('groupDissolve');
    await atDave.send({ type: 'ping' });
    await atDave.frame({ type: 'ping', fromId: dave.id });
    await atDave.send({ type: 'input' });
    await atDave.frame({ type: 'error', ope: 'system' });
    for (const socket of [atAlice, atBob, atDave]) await socket.close();
});

test('chatd routes, landed.json and the documents\' rows agree', async () => {
    const { stdout, code } = await runChatd(['routes']);
    assert.equal(code, 0);
    const routed = stdout.trim().split('\n').map((line) => {
        const [dialect, method, path, ...rest] = line.split('\t');
        assert.equal(rest.length, 0, line);
        return { dialect, row: `${method} ${path}` };
    });
    for (const [dialect, documentedRows] of Object.entries(spec.landed)) {
        if (dialect.startsWith('$')) continue;
        const rows = [...documentedRows, ...(spec.landed.$ours[dialect] || [])];
        const has = routed.filter((one) => one.dialect === dialect).map((one) => one.row);
        assert.equal(new Set(has).size, has.length, 'a row is routed twice');
        assert.deepEqual(rows.filter((row) => !has.includes(row)), [], `landed rows of ${dialect} that are not routed`);
        assert.deepEqual(has.filter((row) => !rows.includes(row)), [], `routed rows of ${dialect} that landed.json does not know`);
    }
    const documented = (one) =>
        spec.endpoints.some((row) => row.dialect === one.dialect && row.row === one.row) ||
        spec.landed.$ours[one.dialect]?.includes(one.row);
    assert.deepEqual(routed.filter((one) => !OURS.includes(one.dialect) && !documented(one)), [], 'routed rows no document has');
    for (const rows of Object.values(spec.landed).filter(Array.isArray))
        for (const row of rows)
            /* OpenAPI documents come bare and have a test of their own, openapi.test.js. */
            assert.ok(spec.isLanded(row) || row.startsWith('WS ') || row.includes('/openapi'), `no schema for ${row}`);
});

test('every landed row was hit, good and bad', () => spec.assertAllHit('freeim'));
