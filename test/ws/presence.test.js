'use strict';
/* Who is here (handlers/README.md, site): told to contacts, as far as people let it be known. */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim, PARAM, LOGGED_OUT } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');

let server, f;
before(async () => {
    server = await startServer();
    f = freeim(server);
});
after(() => server?.stop());

const look = async (who, ...whom) =>
    (await who.ok('GET /presence', { ids: whom.map((one) => one.id).join(',') })).items;

test('contacts who have spoken hear who comes and who went', async () => {
    const [alice, bob, carol] = await f.people('here', 3);
    await f.befriend(alice, bob);
    await alice.say(bob, 'hello');
    await carol.say(bob, 'a stranger');
    const [atAlice, atCarol] = [await connect(alice), await connect(carol)];
    assert.deepEqual((await look(alice, bob, alice)).map((one) => [one.id, one.online]), [
        [bob.id, false],
        [alice.id, true],
    ]);
    const atBob = await connect(bob);
    const came = await atAlice.frame({ type: 'presence', fromId: bob.id });
    assert.equal(JSON.parse(came.body).online, true);
    const [now] = await look(alice, bob);
    assert.equal(now.online, true);
    assert.ok(Math.abs(Date.parse(now.lastSeenAt) - Date.now()) < 60000);
    await atBob.close();
    const went = await atAlice.frame({ type: 'presence', fromId: bob.id }, 'bob to be gone', 30000);
    assert.equal(JSON.parse(went.body).online, false);
    const [then] = await look(alice, bob);
    assert.equal(then.online, false);
    assert.ok(Math.abs(Date.parse(then.lastSeenAt) - Date.now()) < 60000, then.lastSeenAt);
    await atCarol.none({ type: 'presence' });
    for (const socket of [atAlice, atCarol]) await socket.close();
});

test('between two sockets one is here, for the list as for the contacts', async () => {
    const [alice, bob] = await f.people('between', 2);
    await f.befriend(alice, bob);
    await bob.say(alice, 'hello');
    const first = await connect(bob);
    const atAlice = await connect(alice);
    await first.close();
    assert.equal((await look(alice, bob))[0].online, true);
    assert.equal((await alice.conversation(bob)).online, true);
    const second = await connect(bob);
    await atAlice.none({ type: 'presence' });
    for (const socket of [second, atAlice]) await socket.close();
});

test('hidden, one is not here, in no answer', async () => {
    const [alice, bob, carol] = await f.people('hide', 3);
    await f.befriend(alice, bob);
    await alice.say(bob, 'hello');
    await carol.say(bob, 'hello');
    await bob.ok('PUT /settings', { lastSeen: 'contacts' });
    const atBob = await connect(bob);
    const shown = async (who) => [(await look(who, bob))[0].online, (await who.conversation(bob)).online];
    assert.deepEqual([await shown(alice), await shown(carol)], [[true, true], [false, false]]);
    assert.equal((await look(carol, bob))[0].lastSeenAt, null);
    await bob.ok('PUT /settings', { lastSeen: 'nobody' });
    assert.deepEqual(await shown(alice), [false, false]);
    await atBob.close();
});

test('is refused with a reason', async () => {
    const alice = await f.register(f.uniq('hereno'));
    await alice.refused('GET /presence', {}, PARAM);
    await alice.refused('GET /presence', { ids: 'x' }, PARAM);
    await alice.refused('GET /presence', { ids: Array.from({ length: 201 }, (_, i) => i + 1).join(',') }, PARAM);
    await alice.refused('GET /presence', { ids: '1' }, LOGGED_OUT, { status: 401, token: '' });
    assert.deepEqual(await alice.ok('GET /presence', { ids: '99999999' }), {
        items: [{ online: false, lastSeenAt: null, id: 99999999 }],
        total: 1,
    });
});
