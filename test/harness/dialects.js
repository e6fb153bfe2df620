'use strict';
/* The dialect table: how a person of each dialect comes to be, does things in a group, and sees what others do there.
 * test/ws/matrix.test.js makes every sender meet every observer from it; a new dialect is one more entry.
 *
 * What is seen is told in lines that all dialects share, of people by their part in the place: "sender: hello",
 * "sender edited: hello!", "sender took it back", "sender types", "sender stops typing", "sender read",
 * "victim muted", "victim unmuted", "newcomer joined", "newcomer left", "victim removed", "ended". What a dialect
 * cannot do or show by its document stands in its entry with the reason. */
const assert = require('node:assert/strict');
const { startServer } = require('./server.js');
const { request } = require('./http.js');
const { freeim } = require('./client.js');
const chat = require('./chat.js');
const { togetherchat, connect: connectTogether } = require('./togetherchat.js');
const { room, PNG } = require('./room.js');
const { Service } = require('./node.js');
const { until } = require('./wait.js');

const PASSWORD = 'horse-7-horse'; /* good in all dialects: any of them lets any account in */
const MUTE_MINUTES = 5;

/* ---- one server, the clients of all dialects, and its people ---- */

async function openWorld() {
    const server = await startServer({ set: { listen: ['127.0.0.1:0', '127.0.0.1:0 node'] } });
    const w = { server, f: freeim(server), t: togetherchat(server), r: room(server), service: new Service(server) };
    /* Somebody new, who came by this dialect. The same in all of them: name, number, password. */
    w.account = async (dialect, part) => {
        const account = { name: `${part}_${dialect.name}`.slice(0, 20), dialect, hands: new Map() };
        await (dialect.register || freeimDialect.register)(w, account.name);
        /* This person as a client of another dialect. */
        account.in = async (other) => {
            if (!account.hands.has(other)) account.hands.set(other, await other.enter(w, account.name));
            return account.hands.get(other);
        };
        account.id = (await account.in(freeimDialect)).id;
        return account;
    };
    /* How many messages were ever stored, of whatever conversation. */
    w.stored = async () => {
        const { text } = await request(server, 'GET', '/metrics');
        return Number(/^chatd_messages (\d+)$/m.exec(text)[1]);
    };
    return w;
}

/* A group of owner's, made in the way of a dialect, with others in it. */
async function openPlace(w, dialect, name, parts) {
    const { sender, ...others } = parts;
    delete others.newcomer; /* comes later */
    await dialect.gather(w, sender, Object.values(others), name);
    const mine = (await (await sender.in(freeimDialect)).ok('GET /chatGroups')).items;
    const { rooms } = await (await sender.in(roomDialect)).ok('GET /room/retrieve', { roomName: name });
    const place = { w, name, parts, id: mine.find((one) => one.name === name).id, handle: rooms[0].RoomId };
    place.part = (key) => {
        const found = Object.entries(parts).find(([, one]) => one.id === key || one.name === key);
        return found ? found[0] : `somebody (${key})`;
    };
    return place;
}

/* Someone at a place, with the socket of a dialect that has one. */
async function sit(dialect, account, place) {
    const seat = { account, place, w: place.w, hand: await account.in(dialect) };
    if (dialect.connect) seat.socket = await dialect.connect(seat);
    return seat;
}

/* ---- freeim ---- */

/* A message or frame as a line; null: not about the place. */
function freeimLine(place, one) {
    const who = place.part(one.fromId);
    if (['ping', 'presence', 'conversation', 'changed'].includes(one.type)) return null;
    if (one.type === 'logout') return `told: ${JSON.parse(one.body).reason}`;
    if (one.toId !== place.id) return `elsewhere, ${who}: ${one.body}`;
    if (one.type === 'input') return `${who} ${one.status === 'finish' ? 'stops typing' : 'types'}`;
    if (one.type === 'read') return `${who} read`;
    if (one.ope === 'system') {
        const about = JSON.parse(one.body);
        const words = { groupJoin: 'joined', groupExit: 'left', groupKick: 'removed', groupBanned: about.minute > 0 ? 'muted' : 'unmuted' };
        if (one.type === 'groupDissolve') return 'ended';
        return `${place.part(about.accountId)} ${words[one.type] || one.type}`;
    }
    if (one.status === 'revocation') return `${who} took it back${one.body}`;
    return `${who}${one.editedAt ? ' edited' : ''}: ${one.body}`;
}

const freeimDialect = {
    name: 'freeim',
    register: (w, name) => w.f.register(name, { password: PASSWORD }),
    enter: (w, name) => w.f.login(name, { password: PASSWORD }),
    connect: ({ hand }) => chat.connect(hand),
    async gather(w, owner, others, name) {
        const hand = await owner.in(this);
        const group = await hand.ok('POST /chatGroups', { name, intro: '' });
        for (const one of others) await w.f.admit(hand, group, await one.in(this));
    },

    does: {
        talk: ({ hand, place }, text) => hand.say(place, text),
        async type({ place, socket }, active) {
            await socket.send({ toId: place.id, ope: 'group', type: 'input', status: active ? 'normal' : 'finish' });
            await socket.roundTrip();
        },
        read: ({ hand, place }) => hand.ok('POST /chat/read', { toId: place.id }),
        async recall({ hand, place }, text) {
            const { id } = await hand.say(place, text);
            await hand.ok('POST /chat/revocation', { toId: place.id, id, ope: 'group' });
        },
        async edit({ hand, place }, text, other) {
            const { id } = await hand.say(place, text);
            await hand.ok(`POST //api/v1/messages/${id}/edit`, { body: other });
        },
        mute: ({ hand, place }, account, on) =>
            hand.ok('POST /chatGroups/banned', { groupId: place.id, toId: account.id, minute: on ? MUTE_MINUTES : 0 }),
        block: ({ hand }, account) => hand.ok('POST /friends/blaklist', { toId: account.id }),
        kick: ({ hand, place }, account) => hand.ok('POST /chatGroups/kick', { groupId: place.id, toId: account.id }),
        disband: ({ hand, place }) => hand.ok('POST /chatGroups/dissolve', { groupId: place.id }),
        join: async ({ w, hand, place }, account) => w.f.admit(hand, place, await account.in(freeimDialect)),
        leave: async ({ place }, account) =>
            (await account.in(freeimDialect)).ok('POST /chatGroups/exit', { groupId: place.id }),
        disable: 'an operator does it, in rows that are site\'s and not freeim\'s',
        direct: ({ hand }, account, text) => hand.say(account, text),
    },

    line: (seat) => seat.socket.wait(() => seat.socket.frames.shift(), 'a frame').then((one) => freeimLine(seat.place, one)),
    async rest(seat) {
        await seat.socket.roundTrip();
        return seat.socket.frames.splice(0).map((one) => freeimLine(seat.place, one)).filter(Boolean);
    },
    async past(account, place, memory) {
        const hand = await account.in(this);
        const { items } = await hand.history(place, { sort: 'seq:asc', afterSeq: memory.seq || 0, limit: 200 });
        memory.seq = items.at(-1)?.seq ?? memory.seq;
        return items.map((one) => freeimLine(place, one));
    },
    isRead: async (seat, text) => {
        const { items } = await seat.hand.history(seat.place, { sort: 'id:desc', limit: 20 });
        return items.find((one) => one.body === text).isRead;
    },
    shows: { socket: [], past: [] },
    ends: { disable: { line: 'told: disabled', code: 4401 } },

    refuses: {
        async mute({ hand, place, socket }) {
            const to = { toId: place.id, ope: 'group', type: 'text', body: 'may I?' };
            await hand.refused('POST /chat/send', to, '您已被禁言', { error: 'muted' });
            await socket.send({ toId: place.id, ope: 'group', type: 'input', status: 'normal' });
            await socket.frame((one) => one.type === 'error' && JSON.parse(one.body).error === 'muted');
        },
        async block({ hand }, sender) {
            const to = { toId: sender.id, ope: 'friend', type: 'text', body: 'hear me' };
            await hand.refused('POST /chat/send', to, '对方已将您加入黑名单', { error: 'blocked' });
        },
        async kick({ hand, place }) {
            const to = { toId: place.id, ope: 'group', type: 'text', body: 'let me in' };
            await hand.refused('POST /chat/send', to, '你不是是此群聊成员', { error: 'not_member' });
            await hand.refused('GET /chat/messages', { toId: place.id }, '你不是是此群聊成员', { error: 'not_member' });
        },
        async disband({ hand, place }) {
            const to = { toId: place.id, ope: 'group', type: 'text', body: 'anybody?' };
            await hand.refused('POST /chat/send', to, '群聊不存在', { error: 'no_group' });
            await hand.refused('GET /chat/messages', { toId: place.id }, '群聊不存在', { error: 'no_group' });
        },
        async disable({ w, hand, account }) {
            await hand.refused('GET /me/info', {}, '登录超时', { status: 401 });
            await w.f.nobody.refused('POST /login/basic', w.f.credentials(account.name, { password: PASSWORD }), '账号被封禁');
        },
    },
};

/* ---- togetherchat ---- */

function togetherLine(place, { type, data }) {
    if (type === 2 || type === 100) return null;
    if (type === 101) return `${place.part(data.userId)} ${data.active ? 'types' : 'stops typing'}`;
    if (type === 102) return `${place.part(data.userId)} read`;
    if (type === 111) return `told: ${data.reason}`;
    if (![3, 11, 14].includes(type) || !data.message) return `a frame ${type}: ${JSON.stringify(data)}`;
    return togetherMessage(place, data.message);
}

function togetherMessage(place, one) {
    const who = place.part(one.userId);
    if (one.groupId !== place.id) return `elsewhere, ${who}: ${one.content}`;
    if (one.messageType === 4) {
        const { type, userId } = one.extra.systemMessage;
        return type === 'dissolved' ? 'ended' : `${place.part(userId)} ${type}`;
    }
    return one.status === 1 ? `${who} took it back${one.content}` : `${who}${one.status === 2 ? ' edited' : ''}: ${one.content}`;
}

const togetherDialect = {
    name: 'togetherchat',
    register: (w, name) => w.t.nobody.ok('POST /user/register', { username: name, password: PASSWORD }),
    enter: (w, name) => w.t.login(name, PASSWORD),
    connect: ({ hand }) => connectTogether(hand),
    gather: async (w, owner, others, name) => w.t.group(await owner.in(togetherDialect), others, { name }),

    does: {
        async talk({ place, socket }, text) {
            const clientId = `talk-${++togetherDialect.said}`;
            await socket.send(3, { groupId: place.id, messageType: 1, content: text, clientId });
            return socket.frame(100, { clientId });
        },
        async type({ place, socket }, active) {
            await socket.send(101, { groupId: place.id, active });
            await socket.roundTrip();
        },
        async read({ place, socket }) {
            await socket.send(102, { groupId: place.id });
            await socket.roundTrip();
        },
        async recall({ hand, place }, text) {
            const { messageID } = await hand.say(place, text);
            await hand.ok('DELETE /chat/message', { messageID, groupId: place.id });
        },
        async edit({ hand, place }, text, other) {
            const { messageID } = await hand.say(place, text);
            await hand.ok('PUT /chat/message', { messageID, content: other });
        },
        mute: 'no operation and no frame silences anybody',
        block: 'no operation and no frame blocks anybody',
        kick: ({ hand, place }, account) => hand.ok('DELETE /groupMember', { groupId: place.id, userId: account.id }),
        disband: ({ hand, place }) => hand.ok(`DELETE /group/${place.id}`),
        join: ({ hand, place }, account) => hand.ok('POST /groupMember', { groupId: place.id, userIds: [account.id] }),
        leave: async ({ place }, account) =>
            (await account.in(togetherDialect)).ok('DELETE /groupMember', { groupId: place.id, userId: account.id }),
        disable: 'no operation disables an account',
        async direct({ w, hand }, account, text) {
            await hand.say(await w.t.direct(hand, account), text);
        },
    },
    said: 0,

    line: (seat) => seat.socket.wait(() => seat.socket.frames.shift(), 'a frame').then((one) => togetherLine(seat.place, one)),
    async rest(seat) {
        await seat.socket.roundTrip();
        return seat.socket.frames.splice(0).map((one) => togetherLine(seat.place, one)).filter(Boolean);
    },
    async past(account, place, memory) {
        const hand = await account.in(this);
        const { list } = await hand.history(place, { afterSyncId: memory.seq || 0, pageSize: 100 });
        memory.seq = list.at(-1)?.syncId ?? memory.seq;
        return list.map((one) => togetherMessage(place, one));
    },
    isRead: async (seat, text) =>
        (await seat.hand.history(seat.place)).list.find((one) => one.content === text).isRead,
    shows: { socket: [], past: [] },
    ends: { disable: { line: 'told: disabled', code: 4401 } },

    refuses: {
        async mute({ hand, place, socket }) {
            const fields = { groupId: place.id, messageType: 1, content: 'may I?' };
            await hand.refused('POST /chat/message', fields, 101, '您已被禁言');
            await socket.send(3, fields);
            await socket.frame(103, { type: 3, errCode: 101, errMsg: '您已被禁言' });
            await socket.send(101, { groupId: place.id, active: true });
            await socket.frame(103, { type: 101, errCode: 101, errMsg: '您已被禁言' });
        },
        async block({ w, hand, socket }, sender) {
            await hand.refused('POST /group', { name: 'direct', type: 4, memberIds: [sender.id] }, 101, '对方已将您加入黑名单');
            const { list } = await hand.ok('GET /group/page', { pageSize: 50 });
            const direct = list.find((one) => one.creatorId === sender.id && one.id > 1000000000);
            const fields = { groupId: direct.id, messageType: 1, content: 'hear me' };
            await hand.refused('POST /chat/message', fields, 101, '对方已将您加入黑名单');
            await socket.send(3, fields);
            await socket.frame(103, { type: 3, errCode: 101 });
        },
        async kick({ hand, place, socket }) {
            const fields = { groupId: place.id, messageType: 1, content: 'let me in' };
            await hand.refused('POST /chat/message', fields, 9010, '您不在该群组中');
            await hand.refused('GET /chat/message/page', { groupId: place.id }, 9010, '您不在该群组中');
            await socket.send(3, fields);
            await socket.frame(103, { type: 3, errCode: 9010 });
        },
        async disband({ hand, place, socket }) {
            const fields = { groupId: place.id, messageType: 1, content: 'anybody?' };
            await hand.refused('POST /chat/message', fields, 9001, '该群不存在~');
            await hand.refused('GET /chat/message/page', { groupId: place.id }, 9001, '该群不存在~');
            await socket.send(3, fields);
            await socket.frame(103, { type: 3, errCode: 9001 });
        },
        async disable({ w, hand, account }) {
            await hand.refused('GET /user/info/me', {}, 401, 'access token无效', { status: 401 });
            await w.t.nobody.refused('POST /user/login', { username: account.name, password: PASSWORD }, 101, '账号已被禁用');
        },
    },
};

/* ---- room ---- */

function roomLine(place, text) {
    const [, from, content] = /^(.*?): ([^]*)$/.exec(text);
    const patterns = [
        [/^(.+)成功进入房间$/, 'joined'],
        [/^exit(.+)$/, 'left'],
        [/^(.+)被禁言\d+分钟$/, 'muted'],
        [/^(.+)被解除禁言$/, 'unmuted'],
        [/^(.+)撤回了一条消息$/, 'took it back'],
    ];
    if (from !== 'system') return `${place.part(from)}: ${content}`;
    if (content === '房间已解散') return 'ended';
    if (content === '该账号已被禁用') return 'told: disabled';
    if (/^你已被.+踢出房间$/.test(content)) return 'told: removed';
    for (const [pattern, word] of patterns) {
        const found = pattern.exec(content);
        if (found) return `${place.part(found[1])} ${word}`;
    }
    return `system: ${content}`;
}

/* Each time who was away reads the past they come in, which sockets of the room hear and nothing keeps. */
const isVisit = (line) => line === 'absent joined';

const roomDialect = {
    name: 'room',
    register: (w, name) =>
        w.r.nobody.ok('POST /user/register', { userId: name, userPwd: PASSWORD, userName: name, userEmail: `${name}@example.org` }),
    enter: (w, name) => w.r.enter(name, PASSWORD),
    /* What one says comes back behind all that comes first, one's own coming with it. */
    async connect({ account, hand, place }) {
        const socket = await hand.open('reEnter', { roomId: place.handle });
        await this.does.talk({ account, socket }, 'here I am');
        return socket;
    },
    async gather(w, owner, others, name) {
        const socket = await (await owner.in(this)).create(`id-${name}`, { roomName: name, roomCap: 20 });
        for (const one of others) await (await (await one.in(this)).open('enter', { roomId: `id-${name}` })).close();
        await socket.close();
    },

    does: {
        async talk({ account, socket }, text) {
            await socket.say(text);
            await until(() => socket.all.some((one) => one.FromUserName === account.name && one.Content === text), 'its echo');
        },
        type: 'what comes in on its socket is text, and there is no operation for typing',
        read: 'no operation and no frame says what was read',
        recall: 'a message has no id here that one could name',
        edit: 'a message has no id here that one could name',
        mute: 'no operation silences anybody',
        block: 'no operation blocks anybody, and there are no conversations of two',
        kick: ({ hand, place }, account) => hand.ok('DELETE /room/kickOutUser', { roomId: place.handle, userId: account.name }),
        disband: ({ hand, place }) => hand.ok('DELETE /room/dissolve', { roomId: place.handle }),
        async join({ place }, account) {
            await (await (await account.in(roomDialect)).open('enter', { roomId: place.handle })).close();
        },
        leave: async ({ place }, account) =>
            (await account.in(roomDialect)).ok('DELETE /room/exit', { roomId: place.handle }),
        disable: 'no operation disables an account',
        direct: 'there are no conversations of two',
    },

    async line(seat) {
        const line = roomLine(seat.place, await seat.socket.next());
        return isVisit(line) ? null : line;
    },
    /* Its own text comes back behind all that was there. */
    async rest(seat) {
        const lines = [];
        await seat.socket.say('is that all?');
        for (;;) {
            const line = roomLine(seat.place, await seat.socket.next());
            if (line === `${seat.place.part(seat.account.name)}: is that all?`) return lines;
            if (!isVisit(line)) lines.push(line);
        }
    },
    /* What was missed comes first on the way back in. */
    async past(account, place, memory, mark) {
        const socket = await (await account.in(this)).open('reEnter', { roomId: place.handle });
        const lines = [];
        while (lines.at(-1) !== mark) lines.push(roomLine(place, await socket.next()));
        assert.ok(isVisit(roomLine(place, await socket.next())), 'then that one is back');
        await socket.close();
        return lines;
    },
    shows: {
        socket: [
            [/ (types|stops typing)$/, null, 'frames are text of people and of the system: none for typing'],
            [/ read$/, null, 'none for what was read either'],
            [/ edited: /, null, 'a frame has no id: there is nothing a new text could take the place of'],
            [/ removed$/, ' left', 'exitNAME is said of both'],
        ],
        past: [
            [/ took it back$/, null, 'a frame cannot be blank: what was taken back is left out'],
            [/ edited: /, ': ', 'what it says now, as everything else is told'],
            [/ removed$/, ' left', 'exitNAME is said of both'],
        ],
    },
    ends: {
        kick: { line: 'told: removed', code: 1008 },
        disband: { line: 'ended', code: 1000 },
        disable: { line: 'told: disabled', code: 1008 },
    },

    refuses: {
        async mute({ hand, place, socket }) {
            await socket.say('may I?');
            let line;
            do line = await socket.next();
            while (line !== 'system: 您已被禁言，消息未发送' && !line.endsWith('may I?'));
            assert.equal(line, 'system: 您已被禁言，消息未发送');
            assert.deepEqual(await hand.picture(PNG, { query: `roomId=${encodeURIComponent(place.handle)}` }), { Code: 0, Msg: '', Notice: '您已被禁言' });
        },
        block: 'there are no conversations of two',
        async kick({ hand, place }) {
            const roomId = place.handle;
            const { status, body } = await hand.knock('reEnter', { roomId });
            assert.deepEqual([status, JSON.parse(body)], [200, { msg: '不在房间内' }]);
            await hand.refused('GET /room/retrieveUser', { roomId }, 0, '', '用户不在房间内，无权限查找');
            assert.deepEqual(await hand.picture(PNG, { query: `roomId=${encodeURIComponent(roomId)}` }), { Code: 0, Msg: '', Notice: '不在房间内无法发送图片' });
        },
        async disband({ hand, place }) {
            const roomId = place.handle;
            for (const way of ['enter', 'reEnter'])
                assert.deepEqual(JSON.parse((await hand.knock(way, { roomId })).body), { msg: '房间未找到' });
            await hand.refused('GET /room/retrieveUser', { roomId }, 0, '', '房间不存在');
            assert.deepEqual(await hand.picture(PNG, { query: `roomId=${encodeURIComponent(roomId)}` }), { Code: 0, Msg: '', Notice: '不在房间内无法发送图片' });
        },
        async disable({ w, hand, account, place }) {
            await hand.refused('GET /room/retrieve', {}, 0, '无效的token', '登录失败');
            assert.equal(JSON.parse((await hand.knock('reEnter', { roomId: place.handle })).body).err.Msg, '无效的token');
            const login = { userId: account.name, userPwd: PASSWORD };
            await w.r.nobody.refused('POST /user/login', login, 0, '登录失败', '该账号已被禁用');
        },
    },
};

/* ---- node ---- */

const groupSaying = (account, place, content) => ({
    json: { [account.name]: { messageType: 8, sequenceId: ++nodeDialect.said, success: true, from: account.name, groupName: place.handle, content } },
});

/* A text for the group of somebody whom the rules keep from it: true, as the document has it, whatever became of it. */
async function groupTextIsSkipped({ w, account, place }) {
    await w.service.ok('POST /sendGroupChatMessage', groupSaying(account, place, 'may I?'));
}

const nodeDialect = {
    name: 'node',
    said: 0,
    register: null, /* the operator's programs make no accounts: these people came by freeim */
    enter: (w, name) => ({ name }),
    gather: (w, owner, others, name) =>
        w.service.ok('POST /sendGroupCreateMessage', {
            json: [{ messageType: 10, success: true, members: [owner, ...others].map((one) => one.name), reason: `您已被拉入群聊"${name}"!` }],
        }),

    does: {
        talk: ({ w, account, place }, text) => w.service.ok('POST /sendGroupChatMessage', groupSaying(account, place, text)),
        type: 'no operation for typing',
        read: 'no operation for reading',
        recall: 'no operation takes a message back',
        edit: 'no operation changes a message',
        mute: 'no operation silences anybody',
        block: 'no operation blocks anybody',
        kick: '/removeMember is how a member leaves: nobody is named who throws them out',
        disband: 'no operation ends a group',
        join: ({ w, place }, account) => w.service.ok('POST /joinMember', { query: { name: place.handle, member: account.name } }),
        leave: ({ w, place }, account) => w.service.ok('POST /removeMember', { query: { name: place.handle, member: account.name } }),
        disable: ({ w }, account) =>
            w.service.ok('PUT /user/setUserStatus/{username}/{status}', { at: { username: account.name, status: 'false' } }),
        /* Whether the receiver is connected is all the answer says. */
        direct: ({ w, account }, other, text) =>
            w.service.call('POST /send', { json: { from: account.name, to: other.name, content: text } }),
    },
    unseen: 'an interface of the operator\'s programs: people have no socket there, and nobody reads there',

    refuses: {
        mute: groupTextIsSkipped,
        async block({ w, account }, sender) {
            const json = { from: account.name, to: sender.name, content: 'hear me' };
            await w.service.fails('POST /send', { json }, -10, '对方已将发送者加入黑名单');
        },
        kick: groupTextIsSkipped,
        async disband({ w, account, place }) {
            await groupTextIsSkipped({ w, account, place });
            await w.service.fails('POST /joinMember', { query: { name: place.handle, member: account.name } }, -10, '添加失败');
            await w.service.fails('POST /removeMember', { query: { name: place.handle, member: account.name } }, -10, '退出群聊失败');
        },
        async disable({ w, account, place }) {
            await groupTextIsSkipped({ w, account, place });
            const json = { from: account.name, to: place.parts.sender.name, content: 'hear me' };
            await w.service.fails('POST /send', { json }, -10, '该账号已被禁用');
        },
    },
};

const dialects = [freeimDialect, togetherDialect, roomDialect, nodeDialect];

/* ---- what all have in common ---- */

/* A socket's lines up to a text of its own observer's. */
async function linesUntil(dialect, seat, mark) {
    const lines = [];
    for (;;) {
        const line = await dialect.line(seat);
        if (line === mark) return lines;
        if (line) lines.push(line);
    }
}

/* What of these lines a dialect shows in that view, and how. */
function shown(dialect, view, lines) {
    return lines.flatMap((line) => {
        const rule = dialect.shows[view].find(([pattern]) => pattern.test(line));
        if (!rule) return [line];
        return rule[1] === null ? [] : [line.replace(rule[0], rule[1])];
    });
}

async function closeSeats(...seats) {
    await Promise.all(seats.filter((one) => one?.socket && !one.socket.ended).map((one) => one.socket.close()));
}

module.exports = { dialects, openWorld, openPlace, sit, linesUntil, shown, closeSeats };
