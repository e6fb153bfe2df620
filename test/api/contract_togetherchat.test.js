'use strict';
/* The contract of togetherchat's landed rows: each is called once so that it succeeds and once so that it fails, and both
 * answers are held against the schemas written from the document (contract.test.js does the same for freeim, and compares
 * what is routed with what is documented). Prints one line of coverage. */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { togetherchat, connect, PASSWORD } = require('../harness/togetherchat.js');
const { handshake } = require('../harness/rawws.js');
const spec = require('../harness/spec.js');

let server, t, alice, bob, carol, group, message;
before(async () => {
    server = await startServer();
    t = togetherchat(server);
    [alice, bob, carol] = await t.people('contract', 3);
    group = await t.group(alice, [bob]);
    message = await alice.say(group, 'first');
    spec.hits.clear(); /* what the preparation touched does not count */
});
after(() => server?.stop());

const person = (who) => ({ alice, bob, carol, nobody: t.nobody }[who]);

/* row -> [who, good fields, who, bad fields]; {id} and the like are taken from the fields. */
const CALLS = {
    'POST /call/initiate': ['alice', () => ({ receiverId: [bob.id], callType: 2, sessionType: 1 }), 'alice', () => ({ receiverId: [] })],
    'POST /call/history': ['bob', () => ({}), 'nobody', () => ({})],
    'POST /call/cancel': ['alice', async () => ({ sessionId: (await alice.ok('POST /call/history'))[0].sessionId }), 'bob', () => ({})],
    'POST /group': ['alice', () => ({ name: 'n', memberIds: [bob.id] }), 'alice', () => ({ name: '' })],
    'PUT /group': ['alice', () => ({ id: group.id, name: 'renamed' }), 'bob', () => ({ id: group.id, name: 'n' })],
    'GET /group/{groupId}': ['bob', () => ({ groupId: group.id }), 'carol', () => ({ groupId: group.id })],
    'GET /group/page': ['bob', () => ({}), 'bob', () => ({ pageSize: 'x' })],
    'POST /groupMember': ['alice', () => ({ groupId: group.id, userIds: [carol.id] }), 'bob', () => ({ groupId: group.id, userIds: [] })],
    'PUT /groupMember': ['alice', () => ({ groupId: group.id, userId: bob.id, role: 2 }), 'alice', () => ({ groupId: group.id, userId: bob.id, role: 1 })],
    'GET /groupMember/page': ['bob', () => ({ groupId: group.id }), 'bob', () => ({})],
    'DELETE /groupMember': ['bob', () => ({ groupId: group.id, userId: carol.id }), 'bob', () => ({ groupId: group.id, userId: alice.id })],
    'POST /chat/message': ['bob', () => ({ groupId: group.id, messageType: 1, content: 'c', body: {} }), 'carol', () => ({ groupId: group.id, messageType: 1, content: 'c' })],
    'GET /chat/message': ['bob', () => ({ messageId: message.messageID }), 'carol', () => ({ messageId: message.messageID })],
    'PUT /chat/message': ['alice', () => ({ messageID: message.messageID, content: 'changed' }), 'bob', () => ({ messageID: message.messageID, content: 'x' })],
    'GET /chat/message/page': ['bob', () => ({ groupId: group.id }), 'carol', () => ({ groupId: group.id })],
    'DELETE /chat/message': ['bob', () => ({ messageID: message.messageID, groupId: group.id }), 'carol', () => ({ messageID: message.messageID, groupId: group.id })],
    'DELETE /group/{groupId}': ['alice', () => ({ groupId: group.id }), 'bob', () => ({ groupId: group.id })],
    'POST /user/register': ['nobody', () => ({ username: t.uniq('fresh'), password: PASSWORD }), 'nobody', () => ({ username: alice.name, password: PASSWORD })],
    'POST /user/login': ['nobody', () => ({ username: alice.name, password: PASSWORD }), 'nobody', () => ({ username: alice.name, password: 'wrong' })],
    'GET /user/info/me': ['alice', () => ({}), 'nobody', () => ({})],
    'GET /user/info/{id}': ['alice', () => ({ id: bob.id }), 'alice', () => ({ id: 99999999 })],
    'POST /user/refresh': ['alice', () => ({}), 'nobody', () => ({})],
    'GET /user/logout': ['alice', () => ({}), 'nobody', () => ({})],
};

/* The row and fields with what the path holds put into it. */
function place(row, fields) {
    const rest = { ...fields };
    const placed = row.replace(/\{(\w+)\}/, (_, name) => {
        delete rest[name];
        return fields[name];
    });
    return [placed, rest];
}

for (const [row, [goodWho, goodFields, badWho, badFields]] of Object.entries(CALLS))
    test(`${row} succeeds and fails as the document says`, async () => {
        const good = await person(goodWho).call(...place(row, await goodFields()));
        assert.equal(good.body.success, true, good.text);
        /* A list that has something in it, or its schema was not looked at. */
        if (Array.isArray(good.body.data)) assert.ok(good.body.data.length > 0, `${row} answered an empty list`);
        if (good.body.data?.list) assert.ok(good.body.data.list.length > 0, `${row} answered an empty list`);
        const who = person(badWho);
        const bad = await who.call(...place(row, await badFields()), who === t.nobody ? { cookie: '' } : {});
        assert.equal(bad.body.success, false, bad.text);
    });

test('the socket opens for a user and for nobody else, at both its places', async () => {
    for (const at of ['/capi/ws', '/capi/']) {
        const row = `WS ${at}`;
        for (const query of ['', '?token=', '?token=-1', `?token=${bob.id}`]) {
            const refusal = await handshake(server, { path: at + query });
            assert.equal(refusal.status, 401);
            assert.deepEqual(JSON.parse(refusal.body), { success: false, errCode: 401, errMsg: 'access token无效' });
        }
        spec.count(row, 'bad');
        const socket = await connect(bob, { path: `${at}?token=${bob.token}` });
        await socket.roundTrip();
        spec.count(row, 'good');
        await socket.close();
    }
});

test('every landed row was hit, good and bad', () => spec.assertAllHit('togetherchat'));
