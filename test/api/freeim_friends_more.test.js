'use strict';
/* freeim 好友: deleting, blocking, remark, label, one friend's information, and what the other side thinks. What no token
 * and unreadable fields are answered stands in freeim_auth and freeim_fields. */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim, Person, ENCODINGS } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');
const { codeFromOutbox } = require('../harness/post.js');

const NOT_FRIEND = '对方还不是您的好友';
const IS_FRIEND = '对方已经是您的好友';
const NOT_BLOCKED = '黑名单不存在';
const BLOCKED = '对方已将您加入黑名单';
const NO_ACCOUNT = '账号不存在';
const SELF = '不能对自己进行此操作';
const NOBODY = 99999999;

let server, f;
before(async () => {
    server = await startServer();
    f = freeim(server);
});
after(() => server?.stop());

const list = async (person, blacklist) => (await person.ok('GET /friends', { blacklist })).items;
const friends = async (person) => (await list(person, 0)).map((one) => one.account.id);
const blocked = async (person) => (await list(person, 1)).map((one) => one.account.id);
const info = (person, of) => person.ok('GET /friends/info', { toId: of.id });
const verify = async (person, of) => Object.values(await person.ok('GET /friends/verify', { toId: of.id }));
const message = (to) => ({ toId: to.id, ope: 'friend', type: 'text', body: 'hello' });

async function pair(stem) {
    const two = await f.people(stem, 2);
    await f.befriend(...two);
    return two;
}

/* Somebody whose account was made by a code sent to an address, which is then theirs. */
async function byCode(kind, address) {
    const captcha = await codeFromOutbox(f, kind, address);
    const { token } = await f.nobody.ok(`POST /login/${kind}`, { [kind]: address, captcha, platform: 'h5' });
    const person = new Person(server, { token });
    const { account } = await person.ok('GET /me/info');
    return Object.assign(person, { id: account.id, name: account.username });
}

describe('deleting a friend', () => {
    for (const as of ENCODINGS)
        test(`with ${as}: it is one-way`, async () => {
            const [alice, bob] = await pair('del');
            await alice.ok('DELETE /friends', { toId: bob.id }, { as });
            assert.deepEqual([await friends(alice), await friends(bob)], [[], [alice.id]]);
            assert.deepEqual(await verify(alice, bob), [true, false], 'bob counts her still');
            assert.deepEqual(await verify(bob, alice), [false, false]);
            await alice.refused('GET /friends/info', { toId: bob.id }, NOT_FRIEND, { error: 'not_friend' });
        });

    test('a stranger, oneself, nobody, and twice', async () => {
        const [alice, bob] = await pair('delno');
        const [eve] = await f.people('delno', 1);
        for (const toId of [eve.id, alice.id, NOBODY, 1])
            await alice.refused('DELETE /friends', { toId }, NOT_FRIEND, { error: 'not_friend' });
        await eve.refused('DELETE /friends', { toId: alice.id }, NOT_FRIEND);
        await alice.ok('DELETE /friends', { toId: bob.id });
        await alice.refused('DELETE /friends', { toId: bob.id }, NOT_FRIEND);
        assert.deepEqual(await friends(bob), [alice.id], 'nobody else is touched');
    });

    test('remark, label and groups go with it, and do not come back with a new friendship', async () => {
        const [alice, bob] = await pair('delall');
        await alice.ok('PUT /friends/remark', { toId: bob.id, remark: 'Bobby' });
        await alice.ok('POST /friends/groups', { name: 'g', members: [bob.id] });
        await alice.ok('DELETE /friends', { toId: bob.id });
        assert.deepEqual((await alice.ok('GET /friends/groups')).items[0].friends, []);
        await bob.refused('POST /friends/add', { toId: alice.id }, IS_FRIEND);
        await f.befriend(alice, bob);
        const [again] = await list(alice, 0);
        assert.deepEqual([again.account.id, again.remark, again.label, again.friendGroups], [bob.id, '', '', []]);
        assert.deepEqual(await friends(bob), [alice.id]);
    });

    test('deleting somebody who is blocked takes them off the blacklist too', async () => {
        const [alice, bob] = await pair('delblock');
        await alice.ok('POST /friends/blaklist', { toId: bob.id });
        await alice.ok('DELETE /friends', { toId: bob.id });
        assert.deepEqual([await friends(alice), await blocked(alice)], [[], []]);
        await bob.ok('POST /chat/send', message(alice));
    });

    test('10 at once: one deletes', async () => {
        const [alice, bob] = await pair('delrace');
        const all = await Promise.all(Array.from({ length: 10 }, () => alice.call('DELETE /friends', { toId: bob.id })));
        assert.equal(all.filter((one) => one.body.code === 0).length, 1);
    });
});

describe('the blacklist', () => {
    for (const as of ENCODINGS)
        test(`with ${as}: blocking moves a friend to the blacklist, lifting it brings the friend back`, async () => {
            const [alice, bob] = await pair('block');
            await alice.ok('PUT /friends/remark', { toId: bob.id, remark: 'Bobby' });
            await alice.ok('PUT /friends/label', { toId: bob.id, label: 'x' });
            await alice.ok('POST /friends/groups', { name: 'g', members: [bob.id] });
            const [was] = await list(alice, 0);
            await alice.ok('POST /friends/blaklist', { toId: bob.id }, { as });
            assert.deepEqual([await friends(alice), await blocked(alice)], [[], [bob.id]]);
            assert.deepEqual([await friends(bob), await blocked(bob)], [[alice.id], []], 'the other side keeps its list');
            await alice.ok('DELETE /friends/blaklist', { toId: bob.id }, { as });
            assert.deepEqual([await list(alice, 0), await blocked(alice)], [[was], []]);
        });

    test('who is blocked cannot send, type or ask; who blocks can do all of it', async () => {
        for (const areFriends of [true, false]) {
            const [alice, bob] = await f.people('gate', 2);
            if (areFriends) await f.befriend(alice, bob);
            const [atAlice, atBob] = [await connect(alice), await connect(bob)];
            await alice.ok('POST /friends/blaklist', { toId: bob.id });

            await bob.refused('POST /chat/send', message(alice), BLOCKED, { error: 'blocked' });
            await atBob.send({ toId: alice.id, ope: 'friend', type: 'input', status: 'normal' });
            assert.deepEqual(JSON.parse((await atBob.frame({ type: 'error' })).body), { error: 'blocked' });
            if (!areFriends) await bob.refused('POST /friends/add', { toId: alice.id }, BLOCKED, { error: 'blocked' });
            await atAlice.none({ type: 'text' });
            await atAlice.none({ type: 'input' });
            await atAlice.none({ type: 'addFriend' });
            assert.equal((await alice.history(bob)).total, 0);
            assert.deepEqual((await alice.ok('GET /friends/add/applies')).items, []);

            const sent = await alice.say(bob, 'you hear me');
            await atBob.frame({ type: 'text', id: sent.id });
            await atAlice.send({ toId: bob.id, ope: 'friend', type: 'input', status: 'normal' });
            await atBob.frame({ type: 'input', fromId: alice.id });
            if (!areFriends) await alice.ok('POST /friends/add', { toId: bob.id });

            await alice.ok('DELETE /friends/blaklist', { toId: bob.id });
            const answered = await bob.say(alice, 'and now you me');
            await atAlice.frame({ type: 'text', id: answered.id });
            for (const socket of [atAlice, atBob]) await socket.close();
        }
    });

    test('somebody deleted by the one they ask is blocked from asking like any other', async () => {
        const [alice, bob] = await pair('delgate');
        await bob.ok('DELETE /friends', { toId: alice.id });
        await alice.ok('POST /friends/blaklist', { toId: bob.id });
        await bob.refused('POST /friends/add', { toId: alice.id }, BLOCKED, { error: 'blocked' });
        await alice.ok('DELETE /friends/blaklist', { toId: bob.id });
        await bob.ok('POST /friends/add', { toId: alice.id });
    });

    test('a stranger can be blocked, is shown as one, and is a stranger again afterwards', async () => {
        const alice = await f.register(f.uniq('blocker'));
        const eve = await byCode('email', 'eve.blocked@example.org');
        await alice.ok('POST /friends/blaklist', { toId: eve.id });
        const answer = await alice.call('GET /friends', { blacklist: 1 });
        assert.deepEqual(answer.body.result.items.map((one) => [one.account.id, one.account.email]), [[eve.id, '']]);
        assert.ok(!answer.text.includes('eve.blocked@'), answer.text);
        assert.deepEqual([await friends(alice), await friends(eve), await blocked(eve)], [[], [], []]);
        for (const row of ['PUT /friends/remark', 'PUT /friends/label'])
            await alice.refused(row, { toId: eve.id, remark: 'r', label: 'l' }, NOT_FRIEND);
        await alice.ok('DELETE /friends/blaklist', { toId: eve.id });
        assert.deepEqual([await friends(alice), await blocked(alice)], [[], []]);
        await alice.refused('DELETE /friends', { toId: eve.id }, NOT_FRIEND);
    });

    test('twice is as good as once; oneself, nobody, and who is not on it', async () => {
        const [alice, bob] = await pair('blno');
        const [eve] = await f.people('blno', 1);
        for (let i = 0; i < 2; i++) await alice.ok('POST /friends/blaklist', { toId: bob.id });
        assert.deepEqual(await blocked(alice), [bob.id]);
        await alice.refused('POST /friends/blaklist', { toId: alice.id }, SELF, { error: 'self' });
        for (const toId of [NOBODY, 1]) await alice.refused('POST /friends/blaklist', { toId }, NO_ACCOUNT, { error: 'no_account' });
        await bob.refused('DELETE /friends/blaklist', { toId: alice.id }, NOT_BLOCKED, { error: 'not_blocked' });
        for (const toId of [eve.id, alice.id, NOBODY]) await alice.refused('DELETE /friends/blaklist', { toId }, NOT_BLOCKED);
        await alice.ok('DELETE /friends/blaklist', { toId: bob.id });
        await alice.refused('DELETE /friends/blaklist', { toId: bob.id }, NOT_BLOCKED);
        assert.deepEqual(await friends(alice), [bob.id]);
    });

    test('a request accepted by who blocks the asker makes friends and leaves the block', async () => {
        const [alice, bob] = await f.people('blreq', 2);
        await bob.ok('POST /friends/add', { toId: alice.id });
        await alice.ok('POST /friends/blaklist', { toId: bob.id });
        await alice.ok('POST /friends/add/reply', { toId: bob.id, status: 'pass' });
        assert.deepEqual([await friends(alice), await blocked(alice), await friends(bob)], [[], [bob.id], [alice.id]]);
        await alice.ok('DELETE /friends/blaklist', { toId: bob.id });
        assert.deepEqual(await friends(alice), [bob.id]);
    });

    test('it survives a restart', async () => {
        const [alice, bob] = await pair('blkeep');
        await alice.ok('POST /friends/blaklist', { toId: bob.id });
        await server.restart();
        assert.deepEqual(await blocked(alice), [bob.id]);
        await bob.refused('POST /chat/send', message(alice), BLOCKED);
    });
});

for (const [row, key, longest] of [
    ['PUT /friends/remark', 'remark', 100],
    ['PUT /friends/label', 'label', 1000],
])
    describe(row, () => {
        const kept = async (person) => (await list(person, 0))[0][key];

        for (const as of ENCODINGS)
            test(`with ${as}: set, set anew, cleared with an empty text; one's own alone`, async () => {
                const [alice, bob] = await pair(key);
                for (const value of ['小美 & 😀', '<b>"客户,经理,老板"</b>\\', '字'.repeat(longest > 100 && as === 'query' ? 300 : longest), '']) {
                    await alice.ok(row, { toId: bob.id, [key]: value }, { as });
                    assert.equal(await kept(alice), value);
                    assert.equal((await info(alice, bob))[key], value);
                    assert.equal(await kept(bob), '', 'the other side sees nothing of it');
                }
            });

        test('without the field nothing is cleared', async () => {
            const [alice, bob] = await pair(key);
            await alice.ok(row, { toId: bob.id, [key]: 'kept' });
            await alice.refused(row, { toId: bob.id }, '参数不合法');
            assert.equal(await kept(alice), 'kept');
        });

        test('only of a friend', async () => {
            const [alice, bob] = await pair(key);
            const [eve] = await f.people(key, 1);
            for (const toId of [eve.id, alice.id, NOBODY]) await alice.refused(row, { toId, [key]: 'x' }, NOT_FRIEND, { error: 'not_friend' });
            await alice.ok('DELETE /friends', { toId: bob.id });
            await alice.refused(row, { toId: bob.id, [key]: 'x' }, NOT_FRIEND);
            assert.equal(await kept(bob), '');
        });
    });

describe('friends/info', () => {
    test('says what the list says, in the document\'s form and beside it', async () => {
        const [alice, bob] = await pair('info');
        await alice.ok('PUT /friends/remark', { toId: bob.id, remark: 'r' });
        await alice.ok('PUT /friends/label', { toId: bob.id, label: 'l' });
        await alice.ok('POST /friends/groups', { name: 'one', members: [bob.id] });
        await alice.ok('POST /friends/groups', { name: 'two', members: [bob.id] });
        const [listed] = await list(alice, 0);
        assert.deepEqual(listed.friendGroups.map((one) => [one.name, one.friends]), [['one', null], ['two', null]]);
        assert.deepEqual(await info(alice, bob), { items: [listed], total: 1, ...listed });
    });

    test('strangers, oneself, nobody; a one-way friendship is known on its side only', async () => {
        const [alice, bob] = await pair('infono');
        const [eve] = await f.people('infono', 1);
        for (const toId of [eve.id, alice.id, NOBODY, 1])
            await alice.refused('GET /friends/info', { toId }, NOT_FRIEND, { error: 'not_friend' });
        await bob.ok('DELETE /friends', { toId: alice.id });
        await info(alice, bob);
        await bob.refused('GET /friends/info', { toId: alice.id }, NOT_FRIEND);
    });

    test('nobody sees what others keep about the same person', async () => {
        const [alice, bob] = await pair('mine');
        const [carol] = await f.people('mine', 1);
        await f.befriend(carol, bob);
        await alice.ok('POST /friends/groups', { name: 'of alice', members: [bob.id] });
        await alice.ok('PUT /friends/remark', { toId: bob.id, remark: 'secret remark' });
        for (const answer of [await carol.call('GET /friends/info', { toId: bob.id }), await carol.call('GET /friends'), await bob.call('GET /friends')])
            assert.ok(!/of alice|secret remark/.test(answer.text), answer.text);
        assert.deepEqual((await info(carol, bob)).friendGroups, []);
    });

    test('a friend\'s address is shown to friends, to nobody else, under no key', async () => {
        const mail = await byCode('email', 'friendly@example.org');
        const phone = await byCode('mobile', '15798765432');
        const [friend, stranger] = await f.people('addr', 2);
        for (const one of [mail, phone]) await f.befriend(friend, one);
        assert.equal((await info(friend, mail)).account.email, 'friendly@example.org');
        assert.equal((await info(friend, phone)).account.mobile, '15798765432');
        const group = await f.group(stranger, [mail, phone]);
        for (const one of [mail, phone]) await one.ok('PUT /me/update/info', { longitude: 10, latitude: 10 });
        const closed = await f.group(mail, [stranger, phone], { disableViewMember: 1 });
        for (const [row, fields] of [
            ['GET /friends/search', { account: mail.id }],
            ['GET /friends/search', { account: phone.id }],
            ['GET /friends/near', { longitude: 10, latitude: 10 }],
            ['GET /chatGroups/info', { groupId: group.id }],
            ['GET /chatGroups/info', { groupId: closed.id }],
        ]) {
            const answer = await stranger.call(row, fields);
            assert.equal(answer.body.code, 0, answer.text);
            assert.ok(!/friendly@example|15798765432/.test(answer.text), `${row}: ${answer.text}`);
        }
    });
});

describe('friends/verify', () => {
    test('says what the other side\'s list says', async () => {
        const [alice, bob] = await f.people('verify', 2);
        const both = async () => [await verify(alice, bob), await verify(bob, alice)];
        const no = [false, false];
        assert.deepEqual(await both(), [no, no]);
        await alice.ok('POST /friends/add', { toId: bob.id });
        assert.deepEqual(await both(), [no, no], 'asking alone makes nobody a friend');
        await bob.ok('POST /friends/add/reply', { toId: alice.id, status: 'pass' });
        assert.deepEqual(await both(), [[true, false], [true, false]]);
        await alice.ok('POST /friends/blaklist', { toId: bob.id });
        assert.deepEqual(await both(), [[true, false], [false, true]]);
        await alice.ok('DELETE /friends/blaklist', { toId: bob.id });
        assert.deepEqual(await both(), [[true, false], [true, false]]);
        await alice.ok('DELETE /friends', { toId: bob.id });
        assert.deepEqual(await both(), [[true, false], no]);
        await alice.ok('POST /friends/blaklist', { toId: bob.id });
        assert.deepEqual(await both(), [[true, false], [false, true]], 'blocked as a stranger');
    });

    test('nobody, and oneself', async () => {
        const [alice] = await f.people('verno', 1);
        for (const toId of [NOBODY, 1]) await alice.refused('GET /friends/verify', { toId }, NO_ACCOUNT, { error: 'no_account' });
        assert.deepEqual(await verify(alice, alice), [false, false]);
    });
});
