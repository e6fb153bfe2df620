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

let server, t, alice, bob;
before(async () => {
    server = await startServer();
    t = togetherchat(server);
    [alice, bob] = await t.people('contract', 2);
    spec.hits.clear(); /* what the preparation touched does not count */
});
after(() => server?.stop());

const person = (who) => ({ alice, bob, nobody: t.nobody }[who]);

/* row -> [who, good fields, who, bad fields]; {id} and the like are taken from the fields. */
const CALLS = {
    'POST /call/initiate': ['alice', () => ({ receiverId: [bob.id], callType: 2, sessionType: 1 }), 'alice', () => ({ receiverId: [] })],
    'POST /call/history': ['bob', () => ({}), 'nobody', () => ({})],
    'POST /call/cancel': ['alice', async () => ({ sessionId: (await alice.ok('POST /call/history'))[0].sessionId }), 'bob', () => ({})],
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
