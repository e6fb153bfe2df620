'use strict';
/* Who is let in: every row that needs a user, every way to show a token, every kind of token that must be worth
 * nothing (reliability.md T12, T14, T16), and sessions that end. */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim, LOGGED_OUT } = require('../harness/client.js');
const { claimsOf, forgeries, sign, jwtKey } = require('../harness/secrets.js');
const { handshake } = require('../harness/rawws.js');
const { connect } = require('../harness/chat.js');
const spec = require('../harness/spec.js');

let server, f, alice, bob, group;
before(async () => {
    server = await startServer();
    f = freeim(server);
    [alice, bob] = await f.people('auth', 2);
    await f.befriend(alice, bob);
    group = await f.group(alice);
});
after(() => server?.stop());

const PUBLIC = /captcha|register|login|reset/;
const ROWS = spec.landed.freeim.filter((row) => !PUBLIC.test(row) && !row.startsWith('WS')).map((row) => row.replace('/api/v1', ''));

/* Good fields of a row, so that only the token can be what is wrong. */
const fieldsOf = (row) =>
    ({
        'GET /friends/search': { account: bob.name },
        'POST /friends/add': { toId: bob.id },
        'POST /friends/add/reply': { toId: bob.id, status: 'pass' },
        'POST /chatGroups': { name: 'intruder', intro: 'x' },
        'POST /chatGroups/join': { groupId: group.id, reason: 'x' },
        'POST /chatGroups/join/reply': { groupId: group.id, accountId: bob.id, status: 'pass' },
        'GET /chatGroups/info': { groupId: group.id },
        'POST /chat/send': { toId: bob.id, ope: 'friend', type: 'text', body: 'x' },
        'POST /chat/revocation': { toId: bob.id, id: 1, ope: 'friend' },
        'POST /chat/read': { toId: bob.id },
        'GET /chat/messages': { toId: bob.id },
    })[row] || {};

for (const row of ROWS) {
    test(`${row} without a token is 401, and does nothing`, async () => {
        const answer = await f.nobody.refused(row, fieldsOf(row), LOGGED_OUT, { status: 401 });
        assert.equal(answer.body.result, null);
        assert.equal(answer.headers.authorization, undefined);
        /* The token is looked at before the fields: a stranger learns nothing from them. */
        await f.nobody.refused(row, {}, LOGGED_OUT, { status: 401 });
    });

    test(`${row} with a token that is worth nothing is 401`, async () => {
        for (const [name, token] of Object.entries(forgeries(server, alice.token))) {
            const answer = await f.nobody.call(row, fieldsOf(row), { token });
            assert.equal(answer.status, 401, `${name}: ${answer.text}`);
            assert.equal(answer.body.message, LOGGED_OUT, name);
        }
    });
}

test('a forged token opens no socket and no page of ours', async () => {
    for (const [name, token] of Object.entries(forgeries(server, alice.token))) {
        const { status } = await handshake(server, { token });
        assert.equal(status, 401, name);
        assert.equal((await f.nobody.call('GET //api/v1/conversations', {}, { token })).status, 401, name);
    }
});

test('what the forgeries are forged from is good', async () => {
    const claims = claimsOf(alice.token);
    await f.nobody.ok('GET /me/info', {}, { token: sign(jwtKey(server), claims) });
});

test('a token that is not valid yet is worth nothing yet', async () => {
    const claims = claimsOf(alice.token);
    const soon = Math.floor(Date.now() / 1000) + 3600;
    for (const early of [{ nbf: soon }, { iat: soon }])
        await f.nobody.refused('GET /me/info', {}, LOGGED_OUT, {
            status: 401,
            token: sign(jwtKey(server), { ...claims, ...early }),
        });
});

test('a token is taken raw, as Bearer, and as ?t= where there is no header', async () => {
    const who = async (options) => (await f.nobody.ok('GET /me/info', {}, { token: '', ...options })).account.id;
    assert.equal(await who({ headers: { Authorization: alice.token } }), alice.id);
    assert.equal(await who({ headers: { Authorization: `Bearer ${alice.token}` } }), alice.id);
    assert.equal(await who({ headers: { Authorization: `bearer ${alice.token}` } }), alice.id);
    assert.equal(await who({ t: alice.token }), alice.id);
    assert.equal(await who({ t: alice.token, headers: { Authorization: '' } }), alice.id);
    /* The header wins: a link with somebody's token must not change who one is. */
    assert.equal(await who({ t: bob.token, headers: { Authorization: alice.token } }), alice.id);
    await f.nobody.refused('GET /me/info', {}, LOGGED_OUT, {
        status: 401,
        t: alice.token,
        headers: { Authorization: 'x.y.z' },
    });
    await f.nobody.refused('GET /me/info', {}, LOGGED_OUT, {
        status: 401,
        token: '',
        headers: { Authorization: `Basic ${alice.token}` },
    });
    await f.nobody.refused('GET /me/info', {}, LOGGED_OUT, {
        status: 401,
        token: '',
        headers: { Cookie: `t=${alice.token}; Authorization=${alice.token}` },
    });
});

test('every authenticated answer, good or not, brings a renewed token that is accepted, of the same session', async () => {
    for (const [row, fields] of [
        ['GET /me/info', {}],
        ['POST /chat/send', {}],
        ['GET /friends', {}],
        ['GET /chat/messages', { toId: 1 }],
    ]) {
        const answer = await alice.call(row, fields);
        const renewed = answer.headers.authorization;
        assert.ok(renewed, `${row} brought no token`);
        assert.equal(answer.headers['access-control-expose-headers'], 'Authorization');
        const [old, fresh] = [claimsOf(alice.token), claimsOf(renewed)];
        assert.deepEqual([fresh.id, fresh.jti], [old.id, old.jti]);
        assert.ok(fresh.exp >= old.exp);
        assert.equal((await f.nobody.ok('GET /me/info', {}, { token: renewed })).account.id, alice.id);
        await alice.ok('GET /me/info'); /* and the old one lives on until its own end */
    }
    assert.equal(
        (await f.nobody.call('GET /captcha/image', { type: 'login' }, { token: alice.token })).headers.authorization,
        undefined,
    );
});

test('a token is good after a restart, and worthless once the key was changed', async () => {
    const other = await startServer();
    try {
        const g = freeim(other);
        const carol = await g.register('carol');
        await other.restart();
        await carol.ok('GET /me/info');
        await alice.refused('GET /me/info', {}, LOGGED_OUT, { status: 401, token: carol.token });
        await other.halt();
        require('node:fs').rmSync(require('node:path').join(other.dataDir, 'jwt.key'));
        await other.start();
        await carol.refused('GET /me/info', {}, LOGGED_OUT, { status: 401 });
        await g.login('carol');
    } finally {
        await other.stop();
    }
});

test('logging out ends this session everywhere within 2 s, and no other', async () => {
    const name = f.uniq('leaver');
    const here = await f.register(name);
    const there = await f.login(name);
    const sockets = [await connect(here), await connect(here), await connect(there)];
    const renewed = (await here.call('GET /me/info')).headers.authorization;

    const started = Date.now();
    const answer = await here.call('POST //api/v1/logout');
    assert.equal(answer.body.code, 0, answer.text);
    assert.equal(answer.headers.authorization, undefined, 'a dead session is not renewed');
    assert.deepEqual(await Promise.all([sockets[0].closed(2000), sockets[1].closed(2000)]), [4401, 4401]);
    assert.ok(Date.now() - started < 2000);

    for (const token of [here.token, renewed]) {
        await here.refused('GET /me/info', {}, LOGGED_OUT, { status: 401, token });
        assert.equal((await handshake(server, { token })).status, 401);
    }
    await here.refused('POST //api/v1/logout', {}, LOGGED_OUT, { status: 401 });
    await there.ok('GET /me/info');
    await sockets[2].roundTrip();
    await bob.say(there, 'still there?');
    await sockets[2].frame({ type: 'text', body: 'still there?' });
    await sockets[2].close();
});

test('a session that ended stays ended after a restart', async () => {
    const other = await startServer();
    try {
        const g = freeim(other);
        const dora = await g.register('dora');
        await dora.ok('POST //api/v1/logout');
        await other.kill9();
        await other.start();
        await dora.refused('GET /me/info', {}, LOGGED_OUT, { status: 401 });
    } finally {
        await other.stop();
    }
});
