'use strict';
/* freeim 群组: changing, managing and finding groups, and what everybody hears of it. Who may do what stands in
 * group_matrix; here is what it does. */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim, ENCODINGS } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');

const NO_GROUP = '群聊不存在';
const NOT_MEMBER = '你不是是此群聊成员';
const NOT_OWNER = '您不是群主';
const NOT_MANAGER = '您不是群聊管理员';
const NO_TARGET = '成员不在本群聊';
const MUTED = '您已被禁言';
const APART = '群内禁止互加好友';

let server, f;
before(async () => {
    server = await startServer();
    f = freeim(server);
});
after(() => server?.stop());

const info = (person, group) => person.ok('GET /chatGroups/info', { groupId: group.id });
const ids = (list) => list.map((one) => one.id);
const toGroup = (group, body = 'hello') => ({ toId: group.id, ope: 'group', type: 'text', body });
const roles = async (person, group) =>
    Object.fromEntries((await info(person, group)).membersList.map((one) => [one.account.id, one.role]));
const bodies = async (person, group, more) => (await person.history(group, more)).items.map((one) => one.body);

/* Makes all of them managers. */
async function promote(owner, group, ...people) {
    for (const one of people) await owner.ok('POST /chatGroups/manager', { groupId: group.id, toId: one.id, isManager: 1 });
}

describe('every change is told', () => {
    /* row, fields, the notice's type, whom it is about, flags; in an order in which all of them can happen. */
    const STEPS = (group, { bob, carol, dan, erin }) => [
        ['PUT /chatGroups', { name: 'new name', intro: '' }, 'groupUpdate', null, 0, 0],
        ['POST /chatGroups/manager', { toId: bob.id, isManager: 1 }, 'groupManager', bob, 1, 0],
        ['POST /chatGroups/manager', { toId: bob.id, isManager: 0 }, 'groupManager', bob, 0, 0],
        ['POST /chatGroups/banned', { toId: carol.id, minute: 90 }, 'groupBanned', carol, 0, 90],
        ['POST /chatGroups/banned', { toId: carol.id, minute: 0 }, 'groupBanned', carol, 0, 0],
        ['POST /chatGroups/kick', { toId: dan.id }, 'groupKick', dan, 0, 0],
        ['POST /chatGroups/transfer', { toId: bob.id }, 'groupTransfer', bob, 0, 0],
    ];

    for (const as of ENCODINGS)
        test(`over every socket and in the history, with ${as}`, async () => {
            const [alice, bob, carol, dan, erin, eve] = await f.people('told', 6);
            const group = await f.group(alice, [bob, carol, dan]);
            const groupId = group.id;
            await erin.ok('POST /chatGroups/join', { groupId, reason: '' });
            await alice.ok('POST /chatGroups/join/reply', { groupId, accountId: erin.id, status: 'pass' });
            const sockets = [await connect(alice), await connect(alice), await connect(bob), await connect(carol)];
            const [atDan, atErin, atEve] = [await connect(dan), await connect(erin), await connect(eve)];
            const want = [];
            for (const [row, fields, type, subject, isManager, minute] of STEPS(group, { bob, carol, dan, erin })) {
                await alice.ok(row, { groupId, ...fields }, { as });
                const body = { accountId: subject ? subject.id : 0, isManager, minute };
                for (const socket of sockets) {
                    const frame = await socket.frame({ ope: 'system', type });
                    assert.deepEqual([frame.fromId, frame.toId, frame.status], [alice.id, groupId, 'normal']);
                    assert.deepEqual(JSON.parse(frame.body), body);
                }
                want.push([type, JSON.stringify(body)]);
            }
            await atDan.frame({ type: 'groupKick' });
            await atDan.none({ type: 'groupTransfer' }, 'who is out hears no more');
            await atErin.frame({ type: 'groupTransfer' });
            for (const type of ['groupUpdate', 'groupKick']) await atEve.none({ type });

            const { items } = await carol.history(group, { sort: 'id:desc', limit: want.length });
            assert.deepEqual(items.reverse().map((one) => [one.type, one.body]), want);
            assert.ok(items.every((one) => one.ope === 'system' && one.fromId === alice.id && !one.self));
            assert.ok((await alice.history(group, { sort: 'id:desc' })).items[0].self);

            await carol.ok('POST /chatGroups/exit', { groupId }, { as });
            for (const socket of sockets) await socket.frame({ type: 'groupExit', fromId: carol.id });
            await bob.ok('POST /chatGroups/dissolve', { groupId }, { as });
            for (const socket of [...sockets.slice(0, 3), atErin]) await socket.frame({ type: 'groupDissolve', fromId: bob.id });
            await sockets[3].none({ type: 'groupDissolve' }, 'carol has left');
            for (const socket of [...sockets, atDan, atErin, atEve]) await socket.close();
        });

    test('a change that is refused is told to nobody', async () => {
        const [alice, bob, carol] = await f.people('quiet', 3);
        const group = await f.group(alice, [bob, carol]);
        const atCarol = await connect(carol);
        const { total } = await carol.history(group);
        await bob.refused('POST /chatGroups/kick', { groupId: group.id, toId: carol.id }, NOT_MANAGER);
        await bob.refused('PUT /chatGroups', { groupId: group.id, name: 'x', intro: '' }, NOT_OWNER);
        await alice.refused('POST /chatGroups/kick', { groupId: group.id, toId: 99999999 }, NO_TARGET);
        for (const type of ['groupKick', 'groupUpdate']) await atCarol.none({ type });
        assert.equal((await carol.history(group)).total, total);
        await atCarol.close();
    });

    test('a notice is no message: not of a type one can ask for, not unread, not to be taken back', async () => {
        const [alice, bob] = await f.people('nomsg', 2);
        const group = await f.group(alice, [bob]);
        await alice.say(group, 'a text');
        await bob.ok('POST /chat/read', { toId: group.id });
        await alice.ok('PUT /chatGroups', { groupId: group.id, name: 'renamed', intro: '' });
        assert.equal((await bob.conversation(group)).unread, 0);
        assert.deepEqual(await bodies(bob, group, { messageType: 'text' }), ['a text']);
        await bob.refused('GET /chat/messages', { toId: group.id, messageType: 'groupUpdate' }, '参数不合法');
        const notice = (await alice.history(group, { sort: 'id:desc', limit: 1 })).items[0];
        assert.equal(notice.type, 'groupUpdate');
        await alice.refused('POST /chat/revocation', { toId: group.id, id: notice.id, ope: 'group' }, '只能撤回自己的消息', { error: 'not_sender' });
        for (const type of ['groupUpdate', 'system'])
            await alice.refused('POST /chat/send', { ...toGroup(group), type }, '参数不合法');
        await alice.refused('POST /chat/send', { ...toGroup(group), ope: 'system' }, '参数不合法');
    });
});

describe('updating', () => {
    const FULL = { name: '改过的 ☂', intro: 'new intro', avatar: 'http://a/new.png', longitude: 113.5, latitude: -22.25, country: '中国',
        province: '广东', city: '深圳', district: '南山', address: '路 1 号' };
    const FLAGS = ['disableAddMember', 'disableViewMember', 'disbaleAddGroup', 'enbaleBeforeMsg'];

    for (const as of ENCODINGS)
        test(`with ${as}: every field; what is empty or absent stays`, async () => {
            const alice = await f.register(f.uniq('upd'));
            const group = await f.group(alice);
            const want = { ...group, ...FULL };
            assert.equal(await alice.ok('PUT /chatGroups', { groupId: group.id, ...FULL }, { as }), null);
            const seen = async () => (await alice.ok('GET /chatGroups')).items[0];
            assert.deepEqual(await seen(), want);
            const empty = Object.fromEntries(Object.entries(FULL).map(([key, value]) => [key, typeof value === 'number' ? 0 : '']));
            await alice.ok('PUT /chatGroups', { groupId: group.id, ...empty, name: FULL.name }, { as });
            await alice.ok('PUT /chatGroups', { groupId: group.id, name: FULL.name }, { as });
            assert.deepEqual(await seen(), want);
        });

    for (const flag of FLAGS)
        test(`${flag}: set, kept when absent, unset, nothing else`, async () => {
            const alice = await f.register(f.uniq('flag'));
            const group = await f.group(alice);
            const put = async (more) => {
                await alice.ok('PUT /chatGroups', { groupId: group.id, name: 'group', intro: '', ...more });
                return (await alice.ok('GET /chatGroups')).items[0];
            };
            assert.deepEqual(await put({ [flag]: 1 }), { ...group, [flag]: true });
            assert.deepEqual(await put({}), { ...group, [flag]: true });
            assert.deepEqual(await put({ [flag]: 0 }), group);
        });

    test('a name that cannot be shown', async () => {
        const alice = await f.register(f.uniq('badname'));
        const group = await f.group(alice);
        for (const name of ['a\nb', '\u0007']) await alice.refused('PUT /chatGroups', { groupId: group.id, name, intro: '' }, '参数不合法');
        assert.equal((await info(alice, group)).name, 'group');
    });
});

describe('leaving, kicking, dissolving', () => {
    test('who is out reads and writes nothing, may ask again, and sees what the group lets them', async () => {
        const [alice, bob, carol] = await f.people('out', 3);
        for (const [enbaleBeforeMsg, leave] of [
            [0, (groupId) => bob.ok('POST /chatGroups/exit', { groupId })],
            [1, (groupId) => alice.ok('POST /chatGroups/kick', { groupId, toId: bob.id })],
        ]) {
            const group = await f.group(alice, [bob, carol], { enbaleBeforeMsg });
            const atBob = await connect(bob);
            await alice.say(group, 'before');
            await atBob.frame({ type: 'text' });
            await leave(group.id);
            await alice.say(group, 'meanwhile');
            await atBob.none({ type: 'text' });
            await bob.refused('GET /chat/messages', { toId: group.id }, NOT_MEMBER);
            await bob.refused('POST /chat/send', toGroup(group), NOT_MEMBER);
            await bob.refused('POST /chat/read', { toId: group.id }, NOT_MEMBER);
            assert.equal(await bob.conversation(group), undefined);
            assert.equal((await info(alice, group)).members, 2);
            assert.deepEqual(ids((await bob.ok('GET /chatGroups')).items), []);
            await f.admit(alice, group, bob);
            await alice.say(group, 'again');
            assert.deepEqual(await bodies(bob, group, { messageType: 'text' }), enbaleBeforeMsg ? ['before', 'meanwhile', 'again'] : ['again']);
            await bob.ok('POST /chatGroups/exit', { groupId: group.id });
            await atBob.close();
        }
    });

    test('a full group has room again when somebody leaves', async () => {
        await server.restart({ group_members: 2 });
        const [alice, bob, carol] = await f.people('room', 3);
        const group = await f.group(alice, [bob]);
        await carol.refused('POST /chatGroups/join', { groupId: group.id, reason: '' }, '当前群聊人数已满');
        await bob.ok('POST /chatGroups/exit', { groupId: group.id });
        await f.admit(alice, group, carol);
        await server.restart({ group_members: 500 });
    });

    test('nothing of a dissolved group is left to find or to do, and its number is not used again', async () => {
        const [alice, bob, eve] = await f.people('diss', 3);
        const group = await f.group(alice, [bob], { name: 'doomed group' });
        const groupId = group.id;
        await eve.ok('POST /chatGroups/join', { groupId, reason: '' });
        const sent = await bob.say(group, 'x');
        await alice.ok('POST /chatGroups/dissolve', { groupId });
        for (const one of [alice, bob, eve]) {
            await one.refused('GET /chatGroups/info', { groupId }, NO_GROUP, { error: 'no_group' });
            await one.refused('GET /chat/messages', { toId: groupId }, NO_GROUP);
            await one.refused('POST /chat/send', toGroup(group), NO_GROUP);
            await one.refused('POST /chatGroups/join', { groupId, reason: '' }, NO_GROUP);
            assert.equal(await one.conversation(group), undefined);
            assert.deepEqual((await one.ok('GET /chatGroups')).items, []);
            assert.deepEqual((await one.ok('GET /chatGroups/join')).items, []);
        }
        assert.deepEqual((await eve.ok('POST /chatGroups/search', { name: 'doomed' })).items, []);
        assert.deepEqual((await alice.ok('GET /chatGroups/common', { toId: bob.id })).items, []);
        await alice.refused('POST /chatGroups/dissolve', { groupId }, NOT_OWNER);
        await bob.call('POST /chat/revocation', { toId: groupId, id: sent.id, ope: 'group' });
        assert.ok((await f.group(alice)).id > groupId);
        await server.restart();
        await alice.refused('GET /chatGroups/info', { groupId }, NO_GROUP);
    });

    test('of a group that is not there nobody is owner, manager or member', async () => {
        const [alice, bob] = await f.people('nogroup', 2);
        for (const groupId of [9999999, bob.id, 999999999999999]) {
            const target = { groupId, toId: bob.id };
            await alice.refused('PUT /chatGroups', { groupId, name: 'n', intro: '' }, NOT_OWNER, { error: 'not_owner' });
            await alice.refused('POST /chatGroups/dissolve', { groupId }, NOT_OWNER);
            await alice.refused('POST /chatGroups/exit', { groupId }, NOT_MEMBER, { error: 'not_member' });
            await alice.refused('POST /chatGroups/transfer', target, NOT_OWNER);
            await alice.refused('POST /chatGroups/kick', target, NOT_MANAGER, { error: 'not_manager' });
            await alice.refused('POST /chatGroups/manager', { ...target, isManager: 1 }, NOT_OWNER);
            await alice.refused('POST /chatGroups/banned', { ...target, minute: 1 }, NOT_MANAGER);
        }
    });

    test('the owner of another group is nobody here', async () => {
        const [alice, bob, mallory] = await f.people('other', 3);
        const group = await f.group(alice, [bob]);
        await f.group(mallory, [bob]);
        const target = { groupId: group.id, toId: bob.id };
        await mallory.refused('POST /chatGroups/kick', target, NOT_MANAGER);
        await mallory.refused('POST /chatGroups/banned', { ...target, minute: 1 }, NOT_MANAGER);
        await mallory.refused('POST /chatGroups/manager', { ...target, isManager: 1 }, NOT_OWNER);
        await mallory.refused('POST /chatGroups/transfer', target, NOT_OWNER);
        await mallory.refused('PUT /chatGroups', { groupId: group.id, name: 'mine', intro: '' }, NOT_OWNER);
        await mallory.refused('POST /chatGroups/dissolve', { groupId: group.id }, NOT_OWNER);
        assert.deepEqual(await roles(bob, group), { [alice.id]: 'owner', [bob.id]: 'general' });
    });

    test('10 kicks at once kick once, and the count of members is right', async () => {
        const [alice, bob, carol, dan] = await f.people('krace', 4);
        const group = await f.group(alice, [bob, carol, dan]);
        await promote(alice, group, bob, carol);
        const all = await Promise.all(Array.from({ length: 12 }, (_, i) => [alice, bob, carol][i % 3].call('POST /chatGroups/kick', { groupId: group.id, toId: dan.id })));
        assert.equal(all.filter((one) => one.body.code === 0).length, 1);
        const seen = await info(alice, group);
        assert.deepEqual([seen.members, seen.membersList.length], [3, 3]);
    });
});

describe('handing over and managers', () => {
    test('the new owner rules, the old one stays as a member and may go', async () => {
        const [alice, bob, carol] = await f.people('over', 3);
        const group = await f.group(alice, [bob, carol]);
        await alice.ok('POST /chatGroups/transfer', { groupId: group.id, toId: bob.id });
        assert.deepEqual(await roles(carol, group), { [bob.id]: 'owner', [alice.id]: 'general', [carol.id]: 'general' });
        await alice.refused('PUT /chatGroups', { groupId: group.id, name: 'x', intro: '' }, NOT_OWNER);
        await alice.refused('POST /chatGroups/transfer', { groupId: group.id, toId: alice.id }, NOT_OWNER);
        await bob.refused('POST /chatGroups/exit', { groupId: group.id }, '群主无法退群，请转让群');
        await bob.ok('PUT /chatGroups', { groupId: group.id, name: 'of bob', intro: '' });
        await alice.ok('POST /chatGroups/exit', { groupId: group.id });
        await bob.ok('POST /chatGroups/kick', { groupId: group.id, toId: carol.id });
    });

    test('whoever was muted speaks as owner', async () => {
        const [alice, bob] = await f.people('overmute', 2);
        const group = await f.group(alice, [bob]);
        await alice.ok('POST /chatGroups/banned', { groupId: group.id, toId: bob.id, minute: 60 });
        await alice.ok('POST /chatGroups/transfer', { groupId: group.id, toId: bob.id });
        await bob.say(group, 'mine');
        assert.deepEqual((await info(bob, group)).selfInfo, { chatGroupMemberRole: 'owner', isBanned: false });
    });

    test('to somebody outside, to who has left, to nobody', async () => {
        const [alice, bob, eve] = await f.people('overno', 3);
        const group = await f.group(alice, [bob]);
        await bob.ok('POST /chatGroups/exit', { groupId: group.id });
        for (const toId of [eve.id, bob.id, 99999999])
            await alice.refused('POST /chatGroups/transfer', { groupId: group.id, toId }, NO_TARGET, { error: 'no_target' });
        assert.equal((await info(alice, group)).selfInfo.chatGroupMemberRole, 'owner');
    });

    test('many transfers at once leave one owner', async () => {
        const [alice, ...others] = await f.people('orace', 6);
        const group = await f.group(alice, others);
        const all = await Promise.all(others.map((one) => alice.call('POST /chatGroups/transfer', { groupId: group.id, toId: one.id })));
        assert.equal(all.filter((one) => one.body.code === 0).length, 1);
        assert.equal(Object.values(await roles(alice, group)).filter((role) => role === 'owner').length, 1);
    });

    test('a manager sees the requests of before, answers them, and no longer when they are no manager', async () => {
        const [alice, bob, carol, dan] = await f.people('mgr', 4);
        const group = await f.group(alice, [bob]);
        await carol.ok('POST /chatGroups/join', { groupId: group.id, reason: '' });
        await dan.ok('POST /chatGroups/join', { groupId: group.id, reason: '' });
        await promote(alice, group, bob);
        const waiting = async () => (await bob.ok('GET /chatGroups/join')).items.map((one) => one.account.id);
        assert.deepEqual(await waiting(), [carol.id, dan.id]);
        await bob.ok('POST /chatGroups/join/reply', { groupId: group.id, accountId: carol.id, status: 'pass' });
        /* Without isManager it is off, as in the original. */
        await alice.ok('POST /chatGroups/manager', { groupId: group.id, toId: bob.id });
        assert.deepEqual(await waiting(), []);
        await bob.refused('POST /chatGroups/join/reply', { groupId: group.id, accountId: dan.id, status: 'pass' }, NOT_MANAGER);
        assert.deepEqual(await roles(alice, group), { [alice.id]: 'owner', [bob.id]: 'general', [carol.id]: 'general' });
    });

    test('a request to join is heard by the owner and every manager of now', async () => {
        const [alice, bob, carol, dan] = await f.people('hear', 4);
        const group = await f.group(alice, [bob, carol]);
        await promote(alice, group, bob);
        const [atAlice, atBob, atCarol] = [await connect(alice), await connect(bob), await connect(carol)];
        await dan.ok('POST /chatGroups/join', { groupId: group.id, reason: 'let me in' });
        for (const socket of [atAlice, atBob]) assert.ok((await socket.frame({ type: 'joinGroup', fromId: dan.id })).body.includes('let me in'));
        await atCarol.none({ type: 'joinGroup' });
        for (const socket of [atAlice, atBob, atCarol]) await socket.close();
    });

    test('roles are listed in order and survive a restart', async () => {
        const [alice, bob, carol] = await f.people('rkeep', 3);
        const group = await f.group(alice, [bob, carol]);
        await promote(alice, group, carol);
        await alice.ok('POST /chatGroups/banned', { groupId: group.id, toId: bob.id, minute: 60 });
        const was = await info(bob, group);
        assert.deepEqual(was.membersList.map((one) => [one.account.id, one.role, one.isBanned]),
            [[alice.id, 'owner', false], [carol.id, 'manager', false], [bob.id, 'general', true]]);
        await server.restart();
        assert.deepEqual(await info(bob, group), was);
        await bob.refused('POST /chat/send', toGroup(group), MUTED);
    });
});

describe('muting', () => {
    test('who is muted neither writes nor types there, but reads; elsewhere nothing changes; 0 lifts it', async () => {
        const [alice, bob] = await f.people('mute', 2);
        const [group, other] = [await f.group(alice, [bob]), await f.group(alice, [bob])];
        const [atAlice, atBob] = [await connect(alice), await connect(bob)];
        const typing = { toId: group.id, ope: 'group', type: 'input', status: 'normal' };
        await alice.ok('POST /chatGroups/banned', { groupId: group.id, toId: bob.id, minute: 1 });
        await bob.refused('POST /chat/send', toGroup(group), MUTED, { error: 'muted' });
        await atBob.send(typing);
        assert.deepEqual(JSON.parse((await atBob.frame({ type: 'error' })).body), { error: 'muted' });
        await atAlice.none({ type: 'input' });
        assert.deepEqual((await info(bob, group)).selfInfo, { chatGroupMemberRole: 'general', isBanned: true });
        assert.equal((await info(alice, group)).membersList[1].isBanned, true);
        const heard = await alice.say(group, 'you hear me');
        await atBob.frame({ type: 'text', id: heard.id });
        assert.ok((await bodies(bob, group)).includes('you hear me'));
        await bob.say(other, 'free here');
        await bob.say(alice, 'and here');

        await alice.ok('POST /chatGroups/banned', { groupId: group.id, toId: bob.id, minute: 0 });
        assert.equal((await info(bob, group)).selfInfo.isBanned, false);
        await bob.say(group, 'at last');
        await atBob.send(typing);
        await atAlice.frame({ type: 'input', fromId: bob.id, toId: group.id });
        for (const socket of [atAlice, atBob]) await socket.close();
    });

    test('lifting what is not there is no error; a muted manager is muted; ten years at most', async () => {
        const [alice, bob] = await f.people('mute', 2);
        const group = await f.group(alice, [bob]);
        const mute = { groupId: group.id, toId: bob.id };
        await alice.ok('POST /chatGroups/banned', { ...mute, minute: 0 });
        await promote(alice, group, bob);
        await alice.ok('POST /chatGroups/banned', { ...mute, minute: 5256000 });
        await bob.refused('POST /chat/send', toGroup(group), MUTED);
        await alice.refused('POST /chatGroups/banned', { ...mute, minute: 5256001 }, '参数不合法');
    });
});

describe('the four flags', () => {
    const ask = (from, to) => from.call('POST /friends/add', { toId: to.id, reason: '' });

    test('disableAddMember: members do not befriend each other when the group is all they share', async () => {
        const [alice, bob, carol, dan, eve] = await f.people('apart', 5);
        const group = await f.group(alice, [bob, carol, dan], { disableAddMember: 1 });
        await promote(alice, group, dan);
        for (const [from, to] of [[bob, carol], [carol, bob]])
            await from.refused('POST /friends/add', { toId: to.id }, APART, { error: 'kept_apart' });
        assert.deepEqual((await carol.ok('GET /friends/add/applies')).items, []);
        for (const [from, to] of [[bob, alice], [alice, carol], [bob, dan], [bob, eve], [eve, carol]])
            assert.equal((await ask(from, to)).body.code, 0, 'owner, manager and people from outside');

        const open = await f.group(eve, [bob, carol]);
        assert.equal((await ask(bob, carol)).body.code, 0, 'they share an open group too');
        await carol.ok('POST /friends/add/reply', { toId: bob.id, status: 'deny' });
        await bob.ok('POST /chatGroups/exit', { groupId: open.id });
        await bob.refused('POST /friends/add', { toId: carol.id }, APART);
        await alice.ok('PUT /chatGroups', { groupId: group.id, name: 'group', intro: '', disableAddMember: 0 });
        assert.equal((await ask(bob, carol)).body.code, 0);
        await carol.ok('POST /friends/add/reply', { toId: bob.id, status: 'deny' });
        await alice.ok('PUT /chatGroups', { groupId: group.id, name: 'group', intro: '', disableAddMember: 1 });
        await carol.ok('POST /chatGroups/exit', { groupId: group.id });
        assert.equal((await ask(bob, carol)).body.code, 0, 'they share nothing any more');
    });

    test('disableViewMember: ordinary members see names, owner and managers see profiles', async () => {
        const [alice, bob, carol, dan] = await f.people('veil', 4);
        const profile = { nickname: 'Carol C.', avatar: 'http://a/c.png', gender: '女', birth: '2001-02-03', intro: 'about carol' };
        await carol.ok('PUT /me/update/info', profile);
        const group = await f.group(alice, [bob, carol, dan], { disableViewMember: 1 });
        await promote(alice, group, dan);
        const seen = async (person) => (await info(person, group)).membersList.find((one) => one.account.id === carol.id).account;
        const hidden = await seen(bob);
        assert.deepEqual([hidden.nickname, hidden.avatar, hidden.username], ['Carol C.', 'http://a/c.png', carol.name]);
        assert.deepEqual([hidden.email, hidden.mobile, hidden.gender, hidden.birth, hidden.age, hidden.intro], ['', '', '', '', 0, '']);
        for (const one of [alice, dan]) assert.deepEqual([(await seen(one)).intro, (await seen(one)).gender], ['about carol', '女']);
        await alice.ok('PUT /chatGroups', { groupId: group.id, name: 'group', intro: '', disableViewMember: 0 });
        assert.equal((await seen(bob)).intro, 'about carol');
    });

    test('disbaleAddGroup: who asks is refused, who waits can still be let in', async () => {
        const [alice, bob, carol] = await f.people('shut', 3);
        const group = await f.group(alice);
        await bob.ok('POST /chatGroups/join', { groupId: group.id, reason: '' });
        await alice.ok('PUT /chatGroups', { groupId: group.id, name: 'group', intro: '', disbaleAddGroup: 1 });
        await carol.refused('POST /chatGroups/join', { groupId: group.id, reason: '' }, '当前群聊禁止新成员加入', { error: 'group_closed' });
        await alice.ok('POST /chatGroups/join/reply', { groupId: group.id, accountId: bob.id, status: 'pass' });
        assert.equal((await info(alice, group)).members, 2);
    });

    test('enbaleBeforeMsg: what was said before they came is shown to new members, or is not, as the group says now', async () => {
        const [alice, bob] = await f.people('past', 2);
        const group = await f.group(alice);
        for (const text of ['one', 'two']) await alice.say(group, text);
        await f.admit(alice, group, bob);
        await alice.say(group, 'three');
        const set = (enbaleBeforeMsg) => alice.ok('PUT /chatGroups', { groupId: group.id, name: 'group', intro: '', enbaleBeforeMsg });
        const texts = () => bodies(bob, group, { messageType: 'text' });
        assert.deepEqual(await texts(), ['three']);
        await set(1);
        assert.deepEqual(await texts(), ['one', 'two', 'three']);
        await set(0);
        assert.deepEqual(await texts(), ['three']);
        assert.deepEqual(await bodies(alice, group, { messageType: 'text' }), ['one', 'two', 'three']);
    });

    test('a stranger whom the owner blocks may still ask to join: the blacklist is about messages', async () => {
        const [alice, bob] = await f.people('blkjoin', 2);
        const group = await f.group(alice);
        await alice.ok('POST /friends/blaklist', { toId: bob.id });
        await bob.ok('POST /chatGroups/join', { groupId: group.id, reason: '' });
        await alice.ok('POST /chatGroups/join/reply', { groupId: group.id, accountId: bob.id, status: 'deny' });
    });
});

describe('finding', () => {
    const found = async (person, name, as) => (await person.ok('POST /chatGroups/search', { name }, { as })).items.map((one) => one.name);

    test('by any part of a name, Chinese or English, in either case', async () => {
        const [alice, eve] = await f.people('find', 2);
        const names = ['周末爬山小分队', 'Weekend Hikers 爬山', 'WEEKEND readers', '山', 'a%b_c', 'aXbYc', 'back\\slash', "quo'te", 'Ωmega', '表情😀群'];
        for (const name of names) await alice.ok('POST /chatGroups', { name, intro: '' });
        for (const [text, want] of [
            ['爬山', [0, 1]], ['山', [0, 1, 3]], ['周末爬山小分队', [0]], ['分队', [0]], ['山小', [0]], ['weekend', [1, 2]], ['WeEkEnD', [1, 2]],
            ['kers 爬', [1]], ['end', [1, 2]], ['D R', [2]], ['%', [4]], ['_', [4]], ['a%', [4]], ['%b', [4]], ['b_c', [4]], ['b_', [4]], ['\\', [6]], ["'", [7]],
            ['Ω', [8]], ['😀', [9]], ['情😀群', [9]], ['Weekend  Hikers', []], ['爬 山', []], ['zzz', []], ["' OR 1=1 --", []], ['*', []],
        ])
            assert.deepEqual(await found(eve, text), want.map((i) => names[i]), text);
        for (const as of ENCODINGS) assert.deepEqual(await found(eve, '周末', as), [names[0]]);
    });

    test('by the name it has now, and not when it is gone', async () => {
        const [alice, eve] = await f.people('rename', 2);
        const group = await f.group(alice, [], { name: 'Old Unique Name' });
        await alice.ok('PUT /chatGroups', { groupId: group.id, name: '全新名字', intro: '' });
        assert.deepEqual([await found(eve, 'old unique'), await found(eve, '新名')], [[], ['全新名字']]);
        await alice.ok('POST /chatGroups/dissolve', { groupId: group.id });
        assert.deepEqual(await found(eve, '新名'), []);
    });

    test('at most 100, without members', async () => {
        const alice = await f.register(f.uniq('hundred'));
        await Promise.all(Array.from({ length: 101 }, (_, i) => alice.ok('POST /chatGroups', { name: `qx${i}`, intro: '' })));
        const answer = await alice.call('POST /chatGroups/search', { name: 'QX' });
        assert.deepEqual([answer.body.result.items.length, answer.body.result.total], [100, 100]);
        assert.ok(!answer.text.includes('membersList') && !answer.text.includes(alice.name));
    });

    for (const as of ENCODINGS)
        test(`what two people share, with ${as}`, async () => {
            const [alice, bob, eve] = await f.people('common', 3);
            const both = await f.group(alice, [bob], { name: 'both' });
            const also = await f.group(bob, [alice], { name: 'also' });
            await f.group(alice, [eve], { name: 'without bob' });
            await f.group(bob, [eve], { name: 'without alice' });
            const common = async (a, b) => (await a.ok('GET /chatGroups/common', { toId: b.id }, { as })).items;
            const shared = await common(alice, bob);
            assert.deepEqual(shared.map((one) => [one.id, one.name, one.members]), [[also.id, 'also', 2], [both.id, 'both', 2]]);
            assert.deepEqual(await common(bob, alice), shared);
            await bob.ok('POST /chatGroups/exit', { groupId: both.id });
            assert.deepEqual(ids(await common(alice, bob)), [also.id]);
            assert.deepEqual(await common(alice, { id: 99999999 }), []);
        });
});
