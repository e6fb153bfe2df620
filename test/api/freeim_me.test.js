'use strict';
/* freeim 个人信息: me/info. */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim, ENCODINGS } = require('../harness/client.js');

let server, f;
before(async () => {
    server = await startServer();
    f = freeim(server);
});
after(() => server?.stop());

test("me/info is the whole account with its 16 keys in the document's order", async () => {
    const alice = await f.register(f.uniq('me'));
    const { account } = await alice.ok('GET /me/info');
    assert.deepEqual(Object.keys(account), [
        'id',
        'username',
        'email',
        'mobile',
        'nickname',
        'avatar',
        'gender',
        'birth',
        'age',
        'intro',
        'longitude',
        'latitude',
        'country',
        'province',
        'city',
        'district',
    ]);
    assert.deepEqual(
        { ...account, id: 0 },
        {
            id: 0,
            username: alice.name,
            email: '',
            mobile: '',
            nickname: alice.name,
            avatar: '',
            gender: '',
            birth: '',
            age: 0,
            intro: '',
            longitude: 0,
            latitude: 0,
            country: '',
            province: '',
            city: '',
            district: '',
        },
    );
});

test("it is the caller's account whatever else is sent", async () => {
    const [alice, bob] = await f.people('me', 2);
    for (const as of ENCODINGS)
        assert.equal(
            (await alice.ok('GET /me/info', { id: bob.id, account: bob.name, toId: bob.id }, { as })).account.id,
            alice.id,
        );
});

test('the account is the same after a restart and a crash', async () => {
    const alice = await f.register(f.uniq('me'));
    const before = await alice.ok('GET /me/info');
    await server.restart();
    assert.deepEqual(await alice.ok('GET /me/info'), before);
    await server.kill9();
    await server.start();
    assert.deepEqual(await alice.ok('GET /me/info'), before);
});

test('HEAD is answered as GET without a body', async () => {
    const alice = await f.register(f.uniq('me'));
    const answer = await alice.call('HEAD /me/info');
    assert.equal(answer.status, 200);
    assert.equal(answer.text, '');
    assert.ok(Number(answer.headers['content-length']) > 100);
});
