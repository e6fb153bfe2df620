'use strict';
/* freeim 好友分组: groups of friends, each person's own. */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim, ENCODINGS } = require('../harness/client.js');

const EXISTS = '分组已存在';
const NO_GROUP = '分组不存在';

let server, f;
before(async () => {
    server = await startServer();
    f = freeim(server);
});
after(() => server?.stop());

const groups = async (person) => (await person.ok('GET /friends/groups')).items;
const names = async (person) => (await groups(person)).map((one) => one.name);
const inside = async (person, groupId) =>
    (await person.ok('GET /friends/group', { groupId })).friends.map((one) => one.account.id);

/* A group of that name, by its id. */
async function make(person, name, members = []) {
    await person.ok('POST /friends/groups', { name, members: members.map((one) => one.id) });
    return (await groups(person)).find((one) => one.name === name).id;
}

/* Somebody with count friends. */
async function circle(stem, count) {
    const [me, ...friends] = await f.people(stem, count + 1);
    for (const one of friends) await f.befriend(me, one);
    return [me, ...friends];
}

/* Every row that names a group, with fields that are good but for it. */
const BY_ID = {
    'DELETE /friends/groups': {},
    'POST /friends/groups/members': { members: [10000000] },
    'DELETE /friends/groups/members': { members: [10000000] },
    'GET /friends/group': {},
    'PUT /friends/groups/name': { name: 'stolen' },
};

describe('a group\'s life', () => {
    for (const as of ENCODINGS)
        test(`with ${as}: made with members, filled, emptied, renamed, deleted`, async () => {
            const [me, bob, carol] = await circle('life', 2);
            await me.ok('POST /friends/groups', { name: '朋友 😀', members: [bob.id] }, { as });
            const [made] = await groups(me);
            assert.deepEqual(Object.keys(made), ['id', 'friends', 'name']);
            assert.deepEqual([made.name, made.friends.map((one) => one.account.id)], ['朋友 😀', [bob.id]]);
            assert.deepEqual(await me.ok('GET /friends/group', { groupId: made.id }, { as }), made);

            await me.ok('POST /friends/groups/members', { groupId: made.id, members: [carol.id, bob.id] }, { as });
            assert.deepEqual(await inside(me, made.id), [bob.id, carol.id]);
            await me.ok('DELETE /friends/groups/members', { groupId: made.id, members: [bob.id] }, { as });
            assert.deepEqual(await inside(me, made.id), [carol.id]);

            const renamed = await me.ok('PUT /friends/groups/name', { groupId: made.id, name: '同事' }, { as });
            assert.deepEqual([renamed.id, renamed.name, renamed.friends.map((one) => one.account.id)], [made.id, '同事', [carol.id]]);
            assert.deepEqual(await names(me), ['同事']);

            await me.ok('DELETE /friends/groups', { groupId: made.id }, { as });
            assert.deepEqual(await groups(me), []);
            assert.deepEqual((await me.ok('GET /friends')).items.map((one) => one.friendGroups), [[], []], 'the friends stay');
        });

    test('a list of members however it is written', async () => {
        const [me, bob, carol] = await circle('write', 2);
        const want = [bob.id, carol.id];
        const query = (text) => me.ok('POST /friends/groups', {}, { as: 'query', query: text });
        const n = () => encodeURIComponent(f.uniq('w'));
        await query(`name=${n()}&members=${bob.id}&members=${carol.id}`);
        await query(`name=${n()}&members[]=${bob.id}&members[]=${carol.id}`);
        await query(`name=${n()}&members=${bob.id},${carol.id}`);
        for (const members of [want, want.map(String), `${bob.id},${carol.id}`])
            await me.ok('POST /friends/groups', { name: f.uniq('w'), members }, { as: 'json' });
        const all = await groups(me);
        assert.equal(all.length, 6);
        for (const one of all) assert.deepEqual(one.friends.map((friend) => friend.account.id), want, one.name);
        /* The document's own sample: one empty element. */
        await me.ok('POST /friends/groups/members', { groupId: all[0].id, members: [''] }, { as: 'multipart' });
        await me.ok('POST /friends/groups', { name: f.uniq('w') });
        assert.deepEqual((await groups(me)).pop().friends, []);
    });

    test('a friend may be in several groups; their remark and label stand with them', async () => {
        const [me, bob] = await circle('several', 1);
        await me.ok('PUT /friends/remark', { toId: bob.id, remark: '小美' });
        await me.ok('PUT /friends/label', { toId: bob.id, label: '客户' });
        for (const name of ['a', 'b']) await make(me, name, [bob]);
        for (const { friends } of await groups(me)) {
            assert.deepEqual(Object.keys(friends[0]), ['id', 'account', 'remark', 'label']);
            assert.deepEqual([friends[0].account.id, friends[0].remark, friends[0].label], [bob.id, '小美', '客户']);
        }
        const [listed] = (await me.ok('GET /friends')).items;
        assert.deepEqual(listed.friendGroups.map((one) => one.name), ['a', 'b']);
        await me.ok('DELETE /friends/groups', { groupId: listed.friendGroups[0].id });
        assert.deepEqual((await me.ok('GET /friends')).items[0].friendGroups.map((one) => one.name), ['b']);
    });

    test('putting in twice and taking out who is not in it are no errors', async () => {
        const [me, bob, carol] = await circle('idem', 2);
        const groupId = await make(me, 'g', [bob, bob]);
        for (let i = 0; i < 2; i++) await me.ok('POST /friends/groups/members', { groupId, members: [bob.id, bob.id] });
        assert.deepEqual(await inside(me, groupId), [bob.id]);
        await me.ok('DELETE /friends/groups/members', { groupId, members: [carol.id, 99999999] });
        await me.ok('DELETE /friends/groups/members', { groupId, members: [] });
        assert.deepEqual(await inside(me, groupId), [bob.id]);
    });

    test('who is no friend is passed over, the friends beside them are not', async () => {
        const [me, bob] = await circle('pass', 1);
        const [eve, gone] = await f.people('pass', 2);
        await f.befriend(me, gone);
        await me.ok('DELETE /friends', { toId: gone.id });
        await me.ok('POST /friends/blaklist', { toId: eve.id });
        const members = [eve, gone, bob, me, { id: 99999999 }, { id: 1 }];
        const groupId = await make(me, 'g', members);
        assert.deepEqual(await inside(me, groupId), [bob.id]);
        await me.ok('POST /friends/groups/members', { groupId, members: members.map((one) => one.id) });
        assert.deepEqual(await inside(me, groupId), [bob.id]);
    });

    test('they survive a restart', async () => {
        const [me, bob] = await circle('keep', 1);
        await make(me, 'kept', [bob]);
        const was = await groups(me);
        await server.restart();
        assert.deepEqual(await groups(me), was);
    });
});

describe('names', () => {
    test('one owner has each name once, others are free to use it', async () => {
        const [me, other] = await f.people('name', 2);
        const first = await make(me, 'same');
        const second = await make(me, 'second');
        await make(other, 'same');
        await me.refused('POST /friends/groups', { name: 'same' }, EXISTS, { error: 'contact_group_exists' });
        await me.refused('PUT /friends/groups/name', { groupId: second, name: 'same' }, EXISTS, { error: 'contact_group_exists' });
        assert.deepEqual(await names(me), ['same', 'second']);
        assert.equal((await me.ok('PUT /friends/groups/name', { groupId: first, name: 'same' })).name, 'same', 'its own name is free');
        assert.equal((await me.ok('PUT /friends/groups/name', { groupId: first, name: 'SAME' })).name, 'SAME');
        await me.ok('DELETE /friends/groups', { groupId: second });
        await make(me, 'second');
    });

    test('50 characters and no more, as they were written; nothing invisible', async () => {
        const [me] = await f.people('long', 1);
        for (const name of ['字'.repeat(50), '<script>"\'&\\', ' with spaces ']) {
            const groupId = await make(me, name);
            assert.equal((await me.ok('GET /friends/group', { groupId })).name, name);
        }
        for (const name of ['a\nb', 'a\tb', '\u007f']) {
            await me.refused('POST /friends/groups', { name }, '参数不合法');
            await me.refused('PUT /friends/groups/name', { groupId: (await groups(me))[0].id, name }, '参数不合法');
        }
    });

    test('20 at once of one name make one group', async () => {
        const [me] = await f.people('race', 1);
        const all = await Promise.all(Array.from({ length: 20 }, () => me.call('POST /friends/groups', { name: 'race' })));
        assert.equal(all.filter((one) => one.body.code === 0).length, 1);
        assert.deepEqual(await names(me), ['race']);
    });
});

describe('other people\'s groups', () => {
    for (const [row, more] of Object.entries(BY_ID))
        test(`${row}: a foreign group is as good as none`, async () => {
            const [me, bob] = await circle('foreign', 1);
            const groupId = await make(me, 'mine', [bob]);
            const was = await groups(me);
            const fields = { ...more, ...(more.members && { members: [me.id, bob.id] }) };
            for (const [who, id] of [[bob, groupId], [bob, 999999], [me, 999999], [me, groupId + 1], [me, me.id]]) {
                const answer = await who.refused(row, { ...fields, groupId: id }, NO_GROUP, { error: 'no_contact_group' });
                assert.ok(!answer.text.includes('mine'));
            }
            assert.deepEqual(await groups(me), was);
            assert.deepEqual(await groups(bob), []);
        });

    test('who renames a foreign group to a name of their own learns nothing', async () => {
        const [me, bob] = await circle('oracle', 1);
        const groupId = await make(me, 'a');
        await make(bob, 'b');
        await bob.refused('PUT /friends/groups/name', { groupId, name: 'b' }, NO_GROUP, { error: 'no_contact_group' });
    });
});
