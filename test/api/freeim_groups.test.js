'use strict';
/* freeim 群组: making a group, looking at it, asking to join, answering. */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim, ENCODINGS } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');

const NO_GROUP = '群聊不存在';
const CLOSED = '当前群聊禁止新成员加入';
const FULL = '当前群聊人数已满';
const MEMBER = '你已经是此群聊成员';
const ASKED = '已发送过加群申请';
const NO_REQUEST = '加群申请不存在';
const NOT_MANAGER = '您不是群聊管理员';

let server, f;
before(async () => {
    server = await startServer();
    f = freeim(server);
});
after(() => server?.stop());

const info = (person, group) => person.ok('GET /chatGroups/info', { groupId: group.id });
const waiting = async (person) => (await person.ok('GET /chatGroups/join')).items;

describe('making a group', () => {
    for (const as of ENCODINGS)
        test(`with ${as}: the maker owns it and is its one member`, async () => {
            const alice = await f.register(f.uniq('own'));
            const made = await alice.ok(
                'POST /chatGroups',
                {
                    name: '测试群 😀',
                    intro: 'intro',
                    avatar: 'http://a/b.png',
                    disableAddMember: '1',
                    disableViewMember: '0',
                    disbaleAddGroup: '1',
                    enbaleBeforeMsg: '1',
                },
                { as },
            );
            assert.deepEqual(
                [made.name, made.intro, made.avatar, made.members, made.members_limit],
                ['测试群 😀', 'intro', 'http://a/b.png', 1, 500],
            );
            assert.deepEqual(
                [made.disableAddMember, made.disableViewMember, made.disbaleAddGroup, made.enbaleBeforeMsg],
                [true, false, true, true],
            );
            assert.ok(made.id < 10000000, 'group ids and account ids never meet');
            const { items } = await alice.ok('GET /chatGroups');
            assert.deepEqual(items, [made]);
            const seen = await info(alice, made);
            assert.equal(seen.selfInfo.chatGroupMemberRole, 'owner');
            assert.deepEqual(
                seen.membersList.map((one) => [one.account.id, one.role, one.remark, one.isBanned]),
                [[alice.id, 'owner', '', false]],
            );
        });

    test('place and address are kept', async () => {
        const alice = await f.register(f.uniq('place'));
        const made = await alice.ok('POST /chatGroups', {
            name: 'p',
            intro: '',
            longitude: '113.887611',
            latitude: -22.5,
            country: '中国',
            province: 'b',
            city: 'c',
            district: 'd',
            address: 'e'.repeat(10000),
        });
        assert.deepEqual(
            [made.longitude, made.latitude, made.country, made.province, made.city, made.district, made.address.length],
            [113.887611, -22.5, '中国', 'b', 'c', 'd', 10000],
        );
    });

    test('two groups may have one name; the list is by name', async () => {
        const alice = await f.register(f.uniq('names'));
        for (const name of ['b', 'a', 'c', 'a']) await alice.ok('POST /chatGroups', { name, intro: '' });
        assert.deepEqual(
            (await alice.ok('GET /chatGroups')).items.map((one) => one.name),
            ['a', 'a', 'b', 'c'],
        );
    });

    test("the size of a group is the server's setting", async () => {
        await server.restart({ group_members: 3 });
        const alice = await f.register(f.uniq('size'));
        assert.equal((await alice.ok('POST /chatGroups', { name: 's', intro: '' })).members_limit, 3);
        await server.restart({ group_members: 500 });
    });
});

describe('who sees what', () => {
    test('a stranger sees the group and none of its members', async () => {
        const [alice, bob, eve] = await f.people('see', 3);
        const group = await f.group(alice, [bob]);
        const seen = await info(eve, group);
        assert.deepEqual(
            [seen.members, seen.membersList, seen.selfInfo],
            [2, [], { chatGroupMemberRole: '', isBanned: false }],
        );
        assert.deepEqual((await eve.ok('GET /chatGroups')).items, []);
    });

    test('members are listed owner first, and everybody sees who they are themselves', async () => {
        const [alice, bob, carol] = await f.people('order', 3);
        const group = await f.group(alice, [carol, bob]);
        const seen = await info(bob, group);
        assert.equal(seen.membersList[0].role, 'owner');
        assert.deepEqual(
            seen.membersList.map((one) => one.account.id),
            [alice.id, carol.id, bob.id],
        );
        assert.equal(seen.selfInfo.chatGroupMemberRole, 'general');
        assert.equal(seen.members, 3);
    });

    test('a group that is not there', async () => {
        const alice = await f.register(f.uniq('none'));
        for (const groupId of [9999999, alice.id, 999999999999999]) {
            await alice.refused('GET /chatGroups/info', { groupId }, NO_GROUP, { error: 'no_group' });
            await alice.refused('POST /chatGroups/join', { groupId, reason: '' }, NO_GROUP);
        }
    });
});

describe('joining', () => {
    for (const as of ENCODINGS)
        test(`ask and be let in with ${as}; owner and asker hear of it`, async () => {
            const [alice, bob] = await f.people('join', 2);
            const group = await f.group(alice);
            const [atAlice, atBob] = [await connect(alice), await connect(bob)];
            await bob.ok('POST /chatGroups/join', { groupId: group.id, reason: '我想加群' }, { as });
            const heard = await atAlice.frame({ type: 'joinGroup' });
            assert.deepEqual([heard.fromId, heard.toId], [bob.id, group.id]);

            const [request] = await waiting(alice);
            assert.deepEqual(
                [
                    request.account.id,
                    request.chatGroup.id,
                    request.chatGroup.members,
                    request.applyReason,
                    request.denyReason,
                    request.status,
                    request.replyTime,
                ],
                [bob.id, group.id, 1, '我想加群', '', 'wait', null],
            );
            await alice.ok(
                'POST /chatGroups/join/reply',
                { groupId: group.id, accountId: bob.id, status: 'pass', reason: '' },
                { as },
            );
            assert.deepEqual([(await atBob.frame({ type: 'joinGroupReply' })).toId], [group.id]);
            assert.deepEqual(await waiting(alice), []);
            assert.equal((await bob.ok('GET /chatGroups')).items[0].members, 2);
            assert.deepEqual(
                (await info(alice, group)).membersList.map((one) => one.account.id),
                [alice.id, bob.id],
            );
            await atAlice.close();
            await atBob.close();
        });

    test('a refusal lets nobody in, is told, and one may ask again', async () => {
        const [alice, bob] = await f.people('refuse', 2);
        const group = await f.group(alice);
        const atBob = await connect(bob);
        await bob.ok('POST /chatGroups/join', { groupId: group.id, reason: 'x' });
        await alice.ok('POST /chatGroups/join/reply', {
            groupId: group.id,
            accountId: bob.id,
            status: 'deny',
            reason: 'private',
        });
        assert.ok((await atBob.frame({ type: 'joinGroupReply' })).body.includes('private'));
        assert.equal((await info(bob, group)).selfInfo.chatGroupMemberRole, '');
        assert.equal((await info(bob, group)).members, 1);
        await bob.ok('POST /chatGroups/join', { groupId: group.id, reason: 'again' });
        await atBob.close();
    });

    test('asking twice, as a member, and where nobody may ask', async () => {
        const [alice, bob] = await f.people('ask', 2);
        const group = await f.group(alice);
        await bob.ok('POST /chatGroups/join', { groupId: group.id, reason: '' });
        await bob.refused('POST /chatGroups/join', { groupId: group.id, reason: '' }, ASKED, {
            error: 'request_exists',
        });
        await alice.ok('POST /chatGroups/join/reply', { groupId: group.id, accountId: bob.id, status: 'pass' });
        for (const one of [alice, bob])
            await one.refused('POST /chatGroups/join', { groupId: group.id, reason: '' }, MEMBER, {
                error: 'already_member',
            });
        const closed = await f.group(alice, [], { disbaleAddGroup: 1 });
        await bob.refused('POST /chatGroups/join', { groupId: closed.id, reason: '' }, CLOSED, {
            error: 'group_closed',
        });
    });

    test('only owner and managers see requests and answer them', async () => {
        const [alice, bob, carol, eve] = await f.people('may', 4);
        const group = await f.group(alice, [carol]);
        await bob.ok('POST /chatGroups/join', { groupId: group.id, reason: '' });
        for (const one of [bob, carol, eve]) {
            assert.deepEqual(await waiting(one), []);
            for (const status of ['pass', 'deny'])
                await one.refused(
                    'POST /chatGroups/join/reply',
                    { groupId: group.id, accountId: bob.id, status },
                    NOT_MANAGER,
                    { error: 'not_manager' },
                );
        }
        for (const accountId of [eve.id, carol.id, alice.id, 99999999])
            await alice.refused(
                'POST /chatGroups/join/reply',
                { groupId: group.id, accountId, status: 'pass' },
                NO_REQUEST,
                { error: 'no_request' },
            );
        assert.equal((await info(alice, group)).members, 2);
        await alice.ok('POST /chatGroups/join/reply', { groupId: group.id, accountId: bob.id, status: 'pass' });
        await alice.refused(
            'POST /chatGroups/join/reply',
            { groupId: group.id, accountId: bob.id, status: 'pass' },
            NO_REQUEST,
        );
    });

    test('the owner of one group has no say in another', async () => {
        const [alice, mallory, bob] = await f.people('foreign', 3);
        const group = await f.group(alice);
        await f.group(mallory);
        await bob.ok('POST /chatGroups/join', { groupId: group.id, reason: '' });
        assert.deepEqual(await waiting(mallory), []);
        await mallory.refused(
            'POST /chatGroups/join/reply',
            { groupId: group.id, accountId: bob.id, status: 'pass' },
            NOT_MANAGER,
        );
    });

    test('a full group takes no request, and 10 answers at once never overfill it', async () => {
        await server.restart({ group_members: 4 });
        const [alice, ...others] = await f.people('full', 11);
        const group = await f.group(alice);
        for (const one of others) await one.ok('POST /chatGroups/join', { groupId: group.id, reason: '' });
        const answers = await Promise.all(
            others.map((one) =>
                alice.call('POST /chatGroups/join/reply', { groupId: group.id, accountId: one.id, status: 'pass' }),
            ),
        );
        assert.equal(answers.filter((one) => one.body.code === 0).length, 3);
        for (const one of answers.filter((answer) => answer.body.code !== 0)) assert.equal(one.body.message, FULL);
        const seen = await info(alice, group);
        assert.deepEqual([seen.members, seen.membersList.length], [4, 4]);
        /* Who was refused for want of room still waits, and may be denied. */
        assert.equal((await waiting(alice)).length, 7);
        const [late] = await f.people('late', 1);
        await late.refused('POST /chatGroups/join', { groupId: group.id, reason: '' }, FULL, { error: 'group_full' });
        await server.restart({ group_members: 500 });
    });

    test('20 requests at once are one, 20 answers one, and the count of members is right', async () => {
        const [alice, bob] = await f.people('gstorm', 2);
        const group = await f.group(alice);
        const asked = await Promise.all(
            Array.from({ length: 20 }, () => bob.call('POST /chatGroups/join', { groupId: group.id, reason: '' })),
        );
        assert.equal(asked.filter((one) => one.body.code === 0).length, 1);
        const answered = await Promise.all(
            Array.from({ length: 20 }, () =>
                alice.call('POST /chatGroups/join/reply', { groupId: group.id, accountId: bob.id, status: 'pass' }),
            ),
        );
        assert.equal(answered.filter((one) => one.body.code === 0).length, 1);
        assert.equal((await info(alice, group)).members, 2);
    });

    test('requests are listed oldest first, over all groups one manages', async () => {
        const [alice, ...askers] = await f.people('many', 5);
        const groups = [await f.group(alice), await f.group(alice)];
        for (const [i, one] of askers.entries())
            await one.ok('POST /chatGroups/join', { groupId: groups[i % 2].id, reason: '' });
        const list = await waiting(alice);
        assert.deepEqual(
            list.map((one) => one.account.id),
            askers.map((one) => one.id),
        );
        assert.deepEqual(
            list.map((one) => one.chatGroup.id),
            askers.map((_, i) => groups[i % 2].id),
        );
    });

    test('groups, members and requests survive a restart and a crash', async () => {
        const [alice, bob, carol] = await f.people('gkeep', 3);
        const group = await f.group(alice, [bob]);
        await carol.ok('POST /chatGroups/join', { groupId: group.id, reason: 'wait' });
        const before = await info(bob, group);
        await server.restart();
        assert.deepEqual(await info(bob, group), before);
        await server.kill9();
        await server.start();
        assert.deepEqual(await info(bob, group), before);
        assert.equal((await waiting(alice))[0].account.id, carol.id);
    });
});
