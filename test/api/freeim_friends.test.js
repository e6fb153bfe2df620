'use strict';
/* freeim 好友: search, add, add/reply, add/applies and the list. */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim, ENCODINGS } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');
const { assertClean } = require('../harness/spec.js');

const IS_FRIEND = '对方已经是您的好友';
const WAITING = '对方还未验证您的好友请求';
const NO_REQUEST = '请求不存在';
const NO_ACCOUNT = '账号不存在';

let server, f;
before(async () => {
    server = await startServer();
    f = freeim(server);
});
after(() => server?.stop());

const applies = async (person) => (await person.ok('GET /friends/add/applies')).items;
const friends = async (person, more) => (await person.ok('GET /friends', more)).items.map((one) => one.account.id);

describe('friends/search', () => {
    test('finds by username, nickname and id, exactly; never oneself', async () => {
        const [alice, bob] = await f.people('Search', 2);
        const found = async (account) =>
            (await alice.ok('GET /friends/search', { account })).items.map((one) => one.id);
        for (const account of [bob.name, bob.name.toLowerCase(), String(bob.id)])
            assert.deepEqual(await found(account), [bob.id], account);
        for (const account of [
            alice.name,
            String(alice.id),
            'Search',
            `${bob.name} `,
            `${bob.id}x`,
            `${String(bob.id).slice(0, 4)}`,
            '%',
            'Search_',
            '*',
            "' OR 1=1 --",
            '99999999999999999999',
            '-1',
            '0',
        ])
            assert.deepEqual(await found(account), [], account);
    });

    test('a stranger is shown with the 10 brief keys, without address, number or position', async () => {
        const [alice, bob] = await f.people('brief', 2);
        const answer = await alice.call('GET /friends/search', { account: bob.name });
        assert.deepEqual(Object.keys(answer.body.result.items[0]), [
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
        ]);
        assertClean(answer.text, 'search');
        assert.ok(!/longitude|token/.test(answer.text));
    });

    test("a name that is somebody's id finds both", async () => {
        const alice = await f.register(f.uniq('ids'));
        const namesake = await f.register(String(alice.id));
        const bob = await f.register(f.uniq('ids'));
        const { items, total } = await bob.ok('GET /friends/search', { account: String(alice.id) });
        assert.deepEqual(items.map((one) => one.id).sort(), [alice.id, namesake.id].sort());
        assert.equal(total, 2);
    });

    for (const as of ENCODINGS)
        test(`takes its field as ${as}`, async () => {
            const [alice, bob] = await f.people('enc', 2);
            assert.equal((await alice.ok('GET /friends/search', { account: bob.name }, { as })).total, 1);
        });
});

describe('asking and answering', () => {
    for (const as of ENCODINGS)
        test(`ask, see, accept with ${as}: both are friends, both sides hear of it`, async () => {
            const [alice, bob] = await f.people('add', 2);
            const [atAlice, atBob] = [await connect(alice), await connect(bob)];
            await alice.ok('POST /friends/add', { toId: bob.id, reason: '你好 & 😀' }, { as });
            const heard = await atBob.frame({ type: 'addFriend' });
            assert.deepEqual([heard.fromId, heard.toId], [alice.id, bob.id]);
            assert.ok(heard.body.includes('你好'));

            const [apply] = await applies(bob);
            assert.deepEqual(
                [apply.fromAccount.id, apply.applyReason, apply.denyReason, apply.status, apply.replyTime],
                [alice.id, '你好 & 😀', '', 'wait', null],
            );
            assert.deepEqual(await applies(alice), [], "one does not see one's own requests there");

            await bob.ok('POST /friends/add/reply', { toId: alice.id, status: 'pass', reason: '' }, { as });
            const answered = await atAlice.frame({ type: 'addFriendReply' });
            assert.deepEqual([answered.fromId, answered.toId], [alice.id, bob.id]);
            assert.deepEqual(await applies(bob), []);
            assert.deepEqual(await friends(alice), [bob.id]);
            assert.deepEqual(await friends(bob), [alice.id]);
            await atAlice.close();
            await atBob.close();
        });

    test('a friend is listed as the document says', async () => {
        const [alice, bob] = await f.people('list', 2);
        await f.befriend(alice, bob);
        const { items, total } = await alice.ok('GET /friends');
        assert.equal(total, 1);
        assert.deepEqual(Object.keys(items[0]), ['account', 'friendGroups', 'remark', 'label']);
        assert.equal(items[0].account.username, bob.name);
        assert.deepEqual([items[0].friendGroups, items[0].remark, items[0].label], [[], '', '']);
        assert.deepEqual(await friends(alice, { blacklist: 0 }), [bob.id]);
        assert.deepEqual(await friends(alice, { blacklist: 1 }), []);
    });

    test('a refusal makes no friends, is told with its reason, and one may ask again', async () => {
        const [alice, bob] = await f.people('deny', 2);
        const atAlice = await connect(alice);
        await alice.ok('POST /friends/add', { toId: bob.id, reason: 'please' });
        await bob.ok('POST /friends/add/reply', { toId: alice.id, status: 'deny', reason: 'not now' });
        assert.ok((await atAlice.frame({ type: 'addFriendReply' })).body.includes('not now'));
        assert.deepEqual([await friends(alice), await friends(bob), await applies(bob)], [[], [], []]);
        await alice.ok('POST /friends/add', { toId: bob.id, reason: 'again' });
        assert.equal((await applies(bob))[0].applyReason, 'again');
        await atAlice.close();
    });

    test('asking twice, a friend, oneself, nobody', async () => {
        const [alice, bob] = await f.people('twice', 2);
        await alice.ok('POST /friends/add', { toId: bob.id });
        await alice.refused('POST /friends/add', { toId: bob.id }, WAITING, { error: 'request_exists' });
        assert.equal((await applies(bob)).length, 1);
        await bob.ok('POST /friends/add/reply', { toId: alice.id, status: 'pass' });
        for (const [a, b] of [
            [alice, bob],
            [bob, alice],
        ])
            await a.refused('POST /friends/add', { toId: b.id }, IS_FRIEND, { error: 'already_friend' });
        await alice.refused('POST /friends/add', { toId: alice.id }, '不能对自己进行此操作', { error: 'self' });
        for (const toId of [99999999, 1, 999999999999999])
            await alice.refused('POST /friends/add', { toId }, NO_ACCOUNT, { error: 'no_account' });
    });

    test('two who ask each other are friends at once', async () => {
        const [alice, bob] = await f.people('mutual', 2);
        const atAlice = await connect(alice);
        await alice.ok('POST /friends/add', { toId: bob.id });
        await bob.ok('POST /friends/add', { toId: alice.id });
        await atAlice.frame({ type: 'addFriendReply' });
        assert.deepEqual([await friends(alice), await friends(bob)], [[bob.id], [alice.id]]);
        assert.deepEqual([await applies(alice), await applies(bob)], [[], []]);
        await atAlice.close();
    });

    test('only whom it was sent to may answer a request, and once', async () => {
        const [alice, bob, eve] = await f.people('only', 3);
        await alice.ok('POST /friends/add', { toId: bob.id });
        for (const [who, toId] of [
            [eve, alice.id],
            [eve, bob.id],
            [alice, bob.id],
            [alice, alice.id],
            [bob, eve.id],
            [bob, 99999999],
            [bob, 1],
        ])
            for (const status of ['pass', 'deny'])
                await who.refused('POST /friends/add/reply', { toId, status }, NO_REQUEST, { error: 'no_request' });
        assert.deepEqual(await applies(eve), []);
        await bob.ok('POST /friends/add/reply', { toId: alice.id, status: 'pass' });
        for (const status of ['pass', 'deny'])
            await bob.refused('POST /friends/add/reply', { toId: alice.id, status }, NO_REQUEST);
        assert.deepEqual(await friends(alice), [bob.id]);
    });

    test('20 requests at once are one request, 20 answers one answer', async () => {
        const [alice, bob] = await f.people('storm', 2);
        const asked = await Promise.all(
            Array.from({ length: 20 }, () => alice.call('POST /friends/add', { toId: bob.id })),
        );
        assert.equal(asked.filter((one) => one.body.code === 0).length, 1);
        assert.equal((await applies(bob)).length, 1);
        const answered = await Promise.all(
            Array.from({ length: 20 }, () => bob.call('POST /friends/add/reply', { toId: alice.id, status: 'pass' })),
        );
        assert.equal(answered.filter((one) => one.body.code === 0).length, 1);
        assert.deepEqual(await friends(bob), [alice.id]);
    });

    test('requests are listed newest first', async () => {
        const bob = await f.register(f.uniq('inbox'));
        const askers = await f.people('asker', 5);
        for (const one of askers) await one.ok('POST /friends/add', { toId: bob.id });
        assert.deepEqual(
            (await applies(bob)).map((one) => one.fromAccount.id),
            askers.map((one) => one.id).reverse(),
        );
    });

    test('friendship and waiting requests survive a restart', async () => {
        const [alice, bob, carol] = await f.people('keep', 3);
        await f.befriend(alice, bob);
        await carol.ok('POST /friends/add', { toId: alice.id, reason: 'still here' });
        await server.restart();
        assert.deepEqual(await friends(alice), [bob.id]);
        assert.equal((await applies(alice))[0].applyReason, 'still here');
    });

    test('markup in a reason comes back as it was written, as JSON and nothing else', async () => {
        const [alice, bob] = await f.people('xss', 2);
        const reason = '<img src=x onerror="alert(1)">\\"\u2028</script>';
        await alice.ok('POST /friends/add', { toId: bob.id, reason });
        const answer = await bob.call('GET /friends/add/applies');
        assert.equal(answer.body.result.items[0].applyReason, reason);
        assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
        assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    });
});
