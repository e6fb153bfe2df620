'use strict';
/* Who may do what in a group: every role with every action, each cell one test, generated from the table below. A cell
 * that is refused must also leave the group as it was; one that is allowed must have done what it says. The words are
 * those of facts/freeim.md 1.6, the rules those of its section 4 and of app/domain/group.h. */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim } = require('../harness/client.js');

const ROLES = ['owner', 'manager', 'member', 'muted', 'blacklisted', 'exMember', 'stranger'];
/* Others, for the roles to act upon; each in every group but the outsider and the one who asks to come in. */
const OTHERS = ['peer', 'otherManager', 'silenced', 'outsider', 'asker'];

const TEXT = {
    not_owner: '您不是群主',
    not_manager: '您不是群聊管理员',
    not_member: '你不是是此群聊成员',
    muted: '您已被禁言',
    owner_stays: '群主无法退群，请转让群',
    protected: '不允许踢出群主或管理员',
    no_target: '成员不在本群聊',
    already_member: '你已经是此群聊成员',
    self: '不能对自己进行此操作',
    no_request: '加群申请不存在',
};

/* What a row of seven says for all who are not named otherwise. */
const cells = (owner, manager, member, more = {}) => ({
    owner,
    manager,
    member,
    muted: member,
    blacklisted: member /* whom the owner blocks: that is between those two, not the group's business */,
    exMember: member,
    stranger: member,
    ...more,
});
const outside = (word) => ({ exMember: word, stranger: word });
const ownerOnly = cells('ok', 'not_owner', 'not_owner');
const managersOnly = cells('ok', 'ok', 'not_manager');
const membersOnly = cells('ok', 'ok', 'ok', outside('not_member'));

let server, f, people;
let group = null; /* the one the next cell uses; null: it needs a new one */

/* ---- looking ---- */

const info = (person) => person.ok('GET /chatGroups/info', { groupId: group.id });
const members = async () => new Map((await info(people.peer)).membersList.map((one) => [one.account.id, one]));
const roleOf = async (who) => (await members()).get(people[who].id)?.role || '';
const isMuted = async (who) => (await members()).get(people[who].id).isBanned;
const last = async () => (await people.peer.history(group, { sort: 'id:desc', limit: 1 })).items[0];

/* Everything of the group a refused action could have changed. */
const picture = async () => ({
    info: await info(people.owner),
    requests: (await people.owner.ok('GET /chatGroups/join')).items,
    history: await people.owner.history(group, { sort: 'id:desc', limit: 3 }),
});

const assertNotice = async (type, by, about) => {
    const notice = await last();
    assert.deepEqual([notice.ope, notice.type, notice.fromId, notice.toId], ['system', type, people[by].id, group.id]);
    assert.equal(JSON.parse(notice.body).accountId, about ? people[about].id : 0);
};

/* ---- actions: row, fields(actor), what it is for whom, and what must be true after it was allowed ---- */

/* who: a name, or 'actor' for the one who acts. */
const on = (row, target, expected, done, more = {}) => ({
    row,
    fields: (actor) => ({ groupId: group.id, toId: people[target === 'actor' ? actor : target].id, ...more }),
    expected,
    done,
});
const inGroup = (row, expected, done, more = {}) => ({
    row,
    fields: () => ({ groupId: group.id, ...more }),
    expected,
    done,
});
const toGroup = (row, expected, done, more = {}) => ({
    row,
    fields: () => ({ toId: group.id, ...more }),
    expected,
    done,
    stays: true,
});
const answer = (who, status, expected, done) => ({
    row: 'POST /chatGroups/join/reply',
    fields: () => ({ groupId: group.id, accountId: people[who].id, status }),
    expected,
    done,
});

const KICK = 'POST /chatGroups/kick';
const MANAGER = 'POST /chatGroups/manager';
const MUTE = 'POST /chatGroups/banned';
const TRANSFER = 'POST /chatGroups/transfer';

const gone = (target) => async (actor) => {
    assert.equal(await roleOf(target), '');
    await assertNotice('groupKick', actor, target);
    await people[target].refused('GET /chat/messages', { toId: group.id }, TEXT.not_member);
};
const muted = (target, want) => async (actor) => {
    assert.equal(await isMuted(target), want);
    await assertNotice('groupBanned', actor, target);
    const say = { toId: group.id, ope: 'group', type: 'text', body: 'may I?' };
    if (want) await people[target].refused('POST /chat/send', say, TEXT.muted);
    else await people[target].ok('POST /chat/send', say);
};
const managing = (target, want) => async (actor) => {
    assert.equal(await roleOf(target), want);
    await assertNotice('groupManager', actor, target);
};

const ACTIONS = {
    send: {
        ...toGroup('POST /chat/send', { ...membersOnly, muted: 'muted' }, async (actor) => {
            const said = (await people.owner.history(group, { sort: 'id:desc', limit: 1 })).items[0];
            assert.deepEqual([said.fromId, said.body, said.ope], [people[actor].id, 'hello', 'group']);
        }, { ope: 'group', type: 'text', body: 'hello' }),
        stays: false,
    },
    'read history': toGroup('GET /chat/messages', membersOnly, (actor, result) => {
        assert.ok(result.items.some((one) => one.body === 'written before'), 'what was said since they joined');
        assert.ok(result.items.every((one) => one.toId === group.id));
    }),
    'mark as read': toGroup('POST /chat/read', membersOnly, async (actor) => {
        const line = await people[actor].conversation(group);
        assert.deepEqual([line.unread, line.readSeq], [0, line.lastSeq]);
    }),
    'look at it': {
        ...inGroup('GET /chatGroups/info', cells('ok', 'ok', 'ok'), (actor, result) => {
            const role = { owner: 'owner', manager: 'manager', exMember: '', stranger: '' }[actor] ?? 'general';
            assert.deepEqual(result.selfInfo, { chatGroupMemberRole: role, isBanned: actor === 'muted' });
            assert.equal(result.membersList.length, role === '' ? 0 : result.members);
        }),
        stays: true,
    },
    'find it among mine': {
        row: 'GET /chatGroups',
        fields: () => ({}),
        expected: cells('ok', 'ok', 'ok'),
        stays: true,
        done: (actor, result) => {
            const mine = result.items.some((one) => one.id === group.id);
            assert.equal(mine, !['exMember', 'stranger'].includes(actor));
        },
    },
    'find it by name': {
        row: 'POST /chatGroups/search',
        fields: () => ({ name: group.name }),
        expected: cells('ok', 'ok', 'ok'),
        stays: true,
        done: (_, result) => assert.deepEqual(result.items.map((one) => one.id), [group.id]),
    },
    'find it in common with a member': {
        row: 'GET /chatGroups/common',
        fields: () => ({ toId: people.peer.id }),
        expected: cells('ok', 'ok', 'ok'),
        stays: true,
        done: (actor, result) => {
            const shared = result.items.some((one) => one.id === group.id);
            assert.equal(shared, !['exMember', 'stranger'].includes(actor));
        },
    },
    join: {
        ...inGroup('POST /chatGroups/join', cells('already_member', 'already_member', 'already_member', outside('ok')), async (actor) => {
            const waiting = (await people.owner.ok('GET /chatGroups/join')).items.filter((one) => one.chatGroup.id === group.id);
            assert.deepEqual(waiting.map((one) => one.account.id), [people.asker.id, people[actor].id]);
        }, { reason: 'r' }),
    },
    'see who asks to join': {
        row: 'GET /chatGroups/join',
        fields: () => ({}),
        expected: cells('ok', 'ok', 'ok'),
        stays: true,
        done: (actor, result) => {
            const seen = result.items.filter((one) => one.chatGroup.id === group.id).map((one) => one.account.id);
            assert.deepEqual(seen, ['owner', 'manager'].includes(actor) ? [people.asker.id] : []);
        },
    },
    'let somebody in': answer('asker', 'pass', managersOnly, async (actor) => {
        assert.equal(await roleOf('asker'), 'general');
        await assertNotice('groupJoin', actor, 'asker');
    }),
    'turn somebody away': answer('asker', 'deny', managersOnly, async () => {
        assert.equal(await roleOf('asker'), '');
        assert.equal((await last()).type, 'groupExit', 'nothing new: exMember left last');
        assert.ok((await people.owner.ok('GET /chatGroups/join')).items.every((one) => one.chatGroup.id !== group.id));
    }),
    'let in who did not ask': answer('outsider', 'pass', cells('no_request', 'no_request', 'not_manager')),
    update: inGroup('PUT /chatGroups', ownerOnly, async (actor) => {
        assert.equal((await info(people.peer)).name, 'renamed');
        await assertNotice('groupUpdate', actor, null);
    }, { name: 'renamed', intro: 'i' }),
    dissolve: inGroup('POST /chatGroups/dissolve', ownerOnly, async () => {
        for (const who of [...ROLES, 'peer']) {
            await people[who].refused('GET /chatGroups/info', { groupId: group.id }, '群聊不存在', { error: 'no_group' });
            assert.ok((await people[who].ok('GET /chatGroups')).items.every((one) => one.id !== group.id));
        }
        assert.deepEqual((await people.peer.ok('POST /chatGroups/search', { name: group.name })).items, []);
        assert.ok((await people.owner.ok('GET /chatGroups/join')).items.every((one) => one.chatGroup.id !== group.id));
    }),
    exit: inGroup('POST /chatGroups/exit', { ...membersOnly, owner: 'owner_stays' }, async (actor) => {
        assert.equal(await roleOf(actor), '');
        await assertNotice('groupExit', actor, actor);
    }),
    'transfer to a member': on(TRANSFER, 'peer', ownerOnly, async () => {
        assert.equal(await roleOf('peer'), 'owner');
        assert.equal(await roleOf('owner'), 'general');
        await assertNotice('groupTransfer', 'owner', 'peer');
    }),
    'transfer to a manager': on(TRANSFER, 'otherManager', ownerOnly, async () => {
        assert.equal(await roleOf('otherManager'), 'owner');
        assert.equal(await roleOf('owner'), 'general');
    }),
    'transfer to an outsider': on(TRANSFER, 'outsider', cells('no_target', 'not_owner', 'not_owner')),
    'transfer to oneself': on(TRANSFER, 'actor', cells('self', 'not_owner', 'not_owner')),
    'kick a member': on(KICK, 'peer', managersOnly, async () => {
        const seen = await info(people.owner);
        assert.ok(!seen.membersList.some((one) => one.account.id === people.peer.id));
        await people.peer.refused('GET /chat/messages', { toId: group.id }, TEXT.not_member);
    }),
    'kick a muted member': on(KICK, 'silenced', managersOnly, gone('silenced')),
    'kick a manager': on(KICK, 'otherManager', cells('protected', 'protected', 'not_manager')),
    'kick the owner': on(KICK, 'owner', cells('protected', 'protected', 'not_manager')),
    'kick an outsider': on(KICK, 'outsider', cells('no_target', 'no_target', 'not_manager')),
    'kick oneself': on(KICK, 'actor', cells('protected', 'protected', 'not_manager')),
    'make a manager': on(MANAGER, 'peer', ownerOnly, managing('peer', 'manager'), { isManager: 1 }),
    'make a manager no manager': on(MANAGER, 'otherManager', ownerOnly, managing('otherManager', 'general'), { isManager: 0 }),
    'make an outsider a manager': on(MANAGER, 'outsider', cells('no_target', 'not_owner', 'not_owner'), null, { isManager: 1 }),
    'make oneself a manager': on(MANAGER, 'actor', cells('self', 'not_owner', 'not_owner'), null, { isManager: 1 }),
    'make the owner no manager': on(MANAGER, 'owner', cells('self', 'not_owner', 'not_owner'), null, { isManager: 0 }),
    'mute a member': on(MUTE, 'peer', managersOnly, muted('peer', true), { minute: 10 }),
    'mute a manager': on(MUTE, 'otherManager', cells('ok', 'protected', 'not_manager'), muted('otherManager', true), { minute: 10 }),
    'mute the owner': on(MUTE, 'owner', cells('protected', 'protected', 'not_manager'), null, { minute: 10 }),
    'mute an outsider': on(MUTE, 'outsider', cells('no_target', 'no_target', 'not_manager'), null, { minute: 10 }),
    'mute oneself': on(MUTE, 'actor', cells('protected', 'protected', 'not_manager'), null, { minute: 10 }),
    'unmute a member': on(MUTE, 'silenced', managersOnly, muted('silenced', false), { minute: 0 }),
    'unmute a manager': on(MUTE, 'otherManager', cells('ok', 'protected', 'not_manager'), muted('otherManager', false), { minute: 0 }),
    'unmute the owner': on(MUTE, 'owner', cells('protected', 'protected', 'not_manager'), null, { minute: 0 }),
    'unmute oneself': on(MUTE, 'actor', cells('protected', 'protected', 'not_manager'), null, { minute: 0 }),
};

/* ---- the group every cell starts from ---- */

async function makeGroup() {
    const { owner } = people;
    group = await owner.ok('POST /chatGroups', { name: f.uniq('matrix-'), intro: '' });
    const groupId = group.id;
    const inside = [...ROLES.slice(1, 6), ...OTHERS.slice(0, 3)];
    await Promise.all(inside.map((who) => f.admit(owner, group, people[who])));
    await owner.say(group, 'written before');
    for (const who of ['manager', 'otherManager']) await owner.ok(MANAGER, { groupId, toId: people[who].id, isManager: 1 });
    for (const who of ['muted', 'silenced']) await owner.ok(MUTE, { groupId, toId: people[who].id, minute: 10 });
    await people.exMember.ok('POST /chatGroups/exit', { groupId });
    await people.asker.ok('POST /chatGroups/join', { groupId, reason: 'matrix' });
}

/* Nothing of an abandoned group may show up in lists of the next. */
async function dropGroup() {
    for (const who of ['owner', 'peer', 'otherManager']) {
        const answered = await people[who].call('POST /chatGroups/dissolve', { groupId: group.id });
        if (answered.body.code === 0) break;
    }
    group = null;
}

before(async () => {
    server = await startServer();
    f = freeim(server);
    const names = [...ROLES, ...OTHERS];
    const all = await f.people('matrix', names.length);
    people = Object.fromEntries(names.map((name, i) => [name, all[i]]));
    await people.owner.ok('POST /friends/blaklist', { toId: people.blacklisted.id });
});
after(() => server?.stop());

let passed = 0;

async function cell(actor, action) {
    if (group === null) await makeGroup();
    const word = action.expected[actor];
    assert.ok(word, 'the table has no word for this cell');
    if (word === 'ok') {
        const result = await people[actor].ok(action.row, action.fields(actor));
        await action.done(actor, result);
        if (!action.stays) await dropGroup();
    } else {
        const was = await picture();
        await people[actor].refused(action.row, action.fields(actor), TEXT[word], { error: word });
        assert.deepEqual(await picture(), was, 'a refused action changed the group');
    }
}

for (const [name, action] of Object.entries(ACTIONS))
    for (const actor of ROLES)
        test(`${actor}: ${name} - ${action.expected[actor]}`, async () => {
            try {
                await cell(actor, action);
            } catch (error) {
                group = null; /* whatever state it is in, the next cell shall not suffer */
                throw error;
            }
            passed++;
        });

test('the whole matrix', () => {
    const all = ROLES.length * Object.keys(ACTIONS).length;
    console.log(`matrix: ${passed} of ${all} cells`);
    assert.equal(passed, all);
});
