'use strict';
/* The frame `changed` (handlers/README.md, site): what somebody does on one device, the others read again; nobody else
 * hears of it, but how one is shown concerns those who have one as a friend. */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');

let server, f;
before(async () => {
    server = await startServer();
    f = freeim(server);
});
after(() => server?.stop());

/* Each does it and says what it answers to. */
const OWN = [
    ['a remark', 'contacts', (a, b) => a.ok('PUT /friends/remark', { toId: b.id, remark: 'B.' })],
    ['a label', 'contacts', (a, b) => a.ok('PUT /friends/label', { toId: b.id, label: 'work' })],
    ['a group of friends', 'contacts', (a) => a.ok('POST /friends/groups', { name: 'near' })],
    ['a block', 'contacts', (a, b) => a.ok('POST /friends/blaklist', { toId: b.id })],
    ['a block lifted', 'contacts', (a, b) => a.ok('DELETE /friends/blaklist', { toId: b.id })],
    ['a friend let go', 'contacts', (a, b) => a.ok('DELETE /friends', { toId: b.id })],
    ['a group', 'groups', (a) => a.ok('POST /chatGroups', { name: 'alone', intro: 'x' })],
];

test("what one does about contacts and groups reaches one's other devices, and nobody else", async () => {
    const [alice, bob] = await f.people('changed', 2);
    await f.befriend(alice, bob);
    const [atAlice, atPhone, atBob] = [await connect(alice), await connect(await f.login(alice.name)), await connect(bob)];
    for (const [what, expected, play] of OWN) {
        await play(alice, bob);
        for (const socket of [atAlice, atPhone]) {
            const frame = await socket.frame({ type: 'changed', ope: 'system', fromId: alice.id }, what);
            assert.deepEqual(JSON.parse(frame.body), { what: expected }, what);
        }
        await atBob.none({ type: 'changed' }, what);
    }
    await alice.refused('DELETE /friends', { toId: bob.id }, '对方还不是您的好友');
    await atAlice.none({ type: 'changed' }, 'what was refused changed nothing');
    for (const socket of [atAlice, atPhone, atBob]) await socket.close();
});

test('how one is shown concerns friends, and not where one stands', async () => {
    const [alice, bob, carol] = await f.people('shown', 3);
    await f.befriend(alice, bob);
    const sockets = [await connect(alice), await connect(bob), await connect(carol)];
    await alice.ok('PUT /me/update/info', { longitude: 113.6, latitude: 22.6 });
    for (const socket of sockets) await socket.none({ type: 'changed' });
    await alice.ok('PUT /me/update/info', { nickname: 'Alice the Second' });
    for (const socket of sockets.slice(0, 2)) {
        const frame = await socket.frame({ type: 'changed', fromId: alice.id });
        assert.deepEqual(JSON.parse(frame.body), { what: 'profile' });
    }
    await sockets[2].none({ type: 'changed' });
    for (const socket of sockets) await socket.close();
});
