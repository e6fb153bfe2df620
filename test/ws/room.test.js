'use strict';
/* room: its sockets. One for each room somebody is in; what is said comes once and in order, over any number of
 * connections; who is removed hears why (facts/room-and-node.md 3, 3.1). And with freeim: one group, two dialects. */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');
const { room, RoomPerson } = require('../harness/room.js');
const { OP } = require('../harness/rawws.js');
const { until } = require('../harness/wait.js');

let server, f, r;
before(async () => {
    server = await startServer({ set: { listen: ['127.0.0.1:0', '127.0.0.1:0 node'] } });
    f = freeim(server);
    r = room(server);
});
after(() => server?.stop());

/* The same account in both dialects. */
async function both(stem) {
    const person = await r.register(stem, { userPwd: 'secret12' });
    person.im = await f.login(person.id, { password: 'secret12' });
    return person;
}
const all = (stem, count) => Promise.all(Array.from({ length: count }, () => both(stem)));
const say = (person, group, body, more) => person.im.say(group, body, more);
/* The group as freeim knows it. */
const groupOf = async (person, name) => (await person.im.ok('GET /chatGroups')).items.find((one) => one.name === name);

describe('entering', () => {
    test('create, enter, talk: everybody hears everything once, the sender too', async () => {
        const [a, b] = await r.people('ent', 2);
        const id = r.uniq('room');
        const atA = await a.create(id);
        await atA.say('first');
        await atA.hears(`${a.name}: first`);
        const atB = await b.open('enter', { roomId: id });
        await atB.hears(`${a.name}: first`, `system: ${b.name}成功进入房间`);
        await atA.hears(`system: ${b.name}成功进入房间`);
        await atB.say('你好 <b>&</b> 😀');
        for (const one of [atA, atB]) await one.hears(`${b.name}: 你好 <b>&</b> 😀`);
        assert.equal(atB.all.at(-1).RoomName, `房${id}`);
        await Promise.all([atA.close(), atB.close()]);
    });

    test('what is refused is told in HTTP 200, without a socket', async () => {
        const [a, b, c] = await r.people('ref', 3);
        const [open, shut] = [r.uniq('room'), r.uniq('room')];
        const atA = await a.create(open, { roomCap: 2 });
        const atShut = await a.create(shut, { roomAccess: 'false' });
        const refused = async (who, way, fields, msg) => {
            const { status, body, socket } = await who.knock(way, fields);
            assert.deepEqual([status, socket, JSON.parse(body)], [200, null, { msg }], `${way} ${JSON.stringify(fields)}`);
        };
        const create = (more) => ({ roomId: r.uniq('room'), roomName: 'n', roomCap: '3', roomAccess: 'true', ...more });
        await refused(b, 'enter', { roomId: 'no such room' }, '房间未找到');
        await refused(b, 'reEnter', { roomId: 'no such room' }, '房间未找到');
        await refused(b, 'enter', { roomId: shut }, '房间不允许其他人进入');
        await refused(b, 'reEnter', { roomId: open }, '不在房间内');
        await refused(a, 'enter', { roomId: open }, '已在房间内');
        const atB = await b.open('enter', { roomId: open });
        await refused(c, 'enter', { roomId: open }, '房间人数已满');
        await refused(b, 'create', create({ roomId: open }), '房间已存在');
        for (const more of [{ roomCap: 'x' }, { roomCap: '0' }, { roomCap: '501' }, { roomAccess: 'perhaps' }, { roomId: '' }, { roomName: '' }, { roomCap: '' }])
            await refused(b, 'create', create(more), '参数无效');
        await refused(b, 'enter', {}, '参数无效');
        await Promise.all([atA, atShut, atB].map((one) => one.close()));
    });

    test('who is not logged in gets the envelope, and no socket', async () => {
        const words = { '': '请求头中的token为空', 'Token x': '请求头中auth格式有误', 'Bearer x': '无效的token' };
        for (const way of ['create', 'enter', 'reEnter'])
            for (const [auth, Msg] of Object.entries(words)) {
                const { status, body } = await r.nobody.knock(way, { roomId: 'x' }, { auth });
                assert.equal(status, 200);
                assert.deepEqual(JSON.parse(body), { err: { Code: 0, Msg, Notice: '登录失败' } });
            }
    });

    test('a handshake that is none does nothing', async () => {
        const a = await r.register('hand');
        const id = r.uniq('room');
        const fields = { roomId: id, roomName: 'n', roomCap: '3', roomAccess: 'true' };
        for (const headers of [{ 'Sec-WebSocket-Key': 'short' }, { 'Sec-WebSocket-Version': '12' }, { Origin: 'http://elsewhere.example' }])
            assert.notEqual((await a.knock('create', fields, { headers })).status, 101);
        const plain = await a.call(`GET /room/create?roomId=${id}&roomName=n&roomCap=3&roomAccess=1`, {}, { unchecked: true });
        assert.equal(plain.status, 426);
        const rooms = (await a.call('GET /room/retrieve', {})).Notice.rooms;
        assert.ok(!rooms.some((one) => one.RoomId === id), 'no room was made');
    });

    test('one socket for each room and person: the next takes over', async () => {
        const a = await r.register('one');
        const id = r.uniq('room');
        const first = await a.create(id);
        await first.say('before');
        await first.hears(`${a.name}: before`);
        const second = await a.open('reEnter', { roomId: id });
        await first.hears('system: 已在别处进入此房间');
        assert.equal(await first.closed(), 1000);
        /* What the first one's machine had not acknowledged comes again: rather twice than never. */
        const came = `system: ${a.name}成功进入房间`;
        const line = await second.next();
        if (line !== came) assert.deepEqual([line, await second.next()], [`${a.name}: before`, came]);
        const other = await a.create(r.uniq('room'));
        await second.say('here');
        await second.hears(`${a.name}: here`);
        await other.silent(a.name);
        await Promise.all([second.close(), other.close()]);
    });

    test('the socket outlives the token', async () => {
        const a = await r.register('tok');
        const at = await a.create(r.uniq('room'));
        const claims = JSON.parse(Buffer.from(a.token.split('.')[1], 'base64url'));
        assert.equal(claims.exp - claims.iat, 600);
        await at.silent(a.name);
        await at.close();
    });
});

describe('what comes in', () => {
    test('text in a binary frame too; nothing empty, no NUL, nothing too long', async () => {
        const a = await r.register('inp');
        const at = await a.create(r.uniq('room'));
        await at.raw.send({ opcode: OP.BINARY, payload: '二进制' });
        await at.hears(`${a.name}: 二进制`);
        await at.say('');
        await at.say('a\0b');
        await at.hears('system: 消息未发送');
        await at.say('x'.repeat(70000));
        await at.hears('system: 消息过长，未发送');
        await at.silent(a.name);
        await at.raw.send({ opcode: OP.BINARY, payload: Buffer.from([0xff, 0xfe]) });
        assert.equal(await at.closed(), 1007);
    });
});

describe('the past', () => {
    test('all of it on the first entry, what was missed afterwards, nothing twice', async () => {
        const [a, b] = await r.people('past', 2);
        const id = r.uniq('room');
        const atA = await a.create(id);
        const said = async (from, to) => {
            for (let i = from; i <= to; i++) await atA.say(`m${i}`);
            for (let i = from; i <= to; i++) await atA.hears(`${a.name}: m${i}`);
        };
        const lines = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => `${a.name}: m${from + i}`);
        await said(1, 30);
        const came = `system: ${b.name}成功进入房间`;
        let atB = await b.open('enter', { roomId: id });
        await atB.hears(...lines(1, 30), came);
        await atA.hears(came);
        await said(31, 35);
        await atB.hears(...lines(31, 35));
        await atB.close(); /* in order */
        await said(36, 40);
        atB = await b.open('reEnter', { roomId: id });
        await atB.hears(...lines(36, 40), came);
        await atA.hears(came);
        await said(41, 42);
        await atB.hears(...lines(41, 42));
        await atB.drop(); /* without a word */
        await said(43, 50);
        atB = await b.open('reEnter', { roomId: id });
        await atB.hears(...lines(43, 50), came);
        await b.ok('DELETE /user/exit');
        assert.equal(await atB.closed(), 4401);
        await atA.hears(came, `system: exit${b.name}`);
        await said(51, 52);
        assert.deepEqual((await b.login()).rooms.map((one) => one.RoomId), [id]);
        atB = await b.open('reEnter', { roomId: id });
        await atB.hears(...lines(51, 52), came);
        await Promise.all([atA.close(), atB.close()]);
    });

    test('more than a queue holds', async () => {
        const [a, b] = await all('long', 2);
        const id = r.uniq('room');
        const atA = await a.create(id);
        const group = await groupOf(a, `房${id}`);
        await atA.close();
        for (let i = 0; i < 1500; i += 25) await Promise.all(Array.from({ length: 25 }, (_, k) => say(a, group, `n${i + k}`)));
        const atB = await b.open('enter', { roomId: id });
        const heard = new Set();
        for (let line = await atB.next(); !line.startsWith('system'); line = await atB.next()) heard.add(line);
        assert.equal(heard.size, 1500);
        await atB.silent(b.name);
        await atB.close();
    });

    test('with connections that break while everybody talks: nothing is lost, and only in flight is twice', async () => {
        const [a, b] = await all('drop', 2);
        const id = r.uniq('room');
        const atA = await a.create(id);
        const group = await groupOf(a, `房${id}`);
        const total = 400;
        let sent = 0, atB = await b.open('enter', { roomId: id });
        const heard = [];
        const talk = (async () => {
            while (sent < total) await say(a, group, `t${sent++}`);
        })();
        const numbers = () => heard.filter((line) => /: t\d+$/.test(line)).map((line) => Number(line.split(': t')[1]));
        for (let round = 0; round < 5; round++) {
            const upto = numbers().length + 30;
            while (numbers().length < upto && Math.max(-1, ...numbers()) < total - 1) heard.push(await atB.next());
            await atB.drop();
            heard.push(...atB.heard.splice(0).map((one) => `${one.FromUserName}: ${one.Content}`));
            atB = await b.open('reEnter', { roomId: id });
        }
        await talk;
        while (Math.max(...numbers()) < total - 1) heard.push(await atB.next());
        const distinct = [...new Set(numbers())];
        assert.deepEqual(distinct, Array.from({ length: total }, (_, i) => i), 'all, and first heard in order');
        await Promise.all([atA.close(), atB.close()]);
    });

    test('survives a restart', async () => {
        const own = await startServer();
        const q = room(own);
        const a = await q.register('res');
        let at = await a.create('r');
        for (const one of ['x', 'y']) await at.silent(a.name, one);
        const closed = at.closed();
        await own.restart();
        assert.equal(await closed, 1001);
        await a.login();
        at = await a.open('reEnter', { roomId: 'r' });
        await at.hears(`system: ${a.name}成功进入房间`);
        await at.close();
        await own.stop();
    });
});

describe('leaving', () => {
    let a, b, c, id, at;
    before(async () => {
        [a, b, c] = await all('leave', 3);
        id = r.uniq('room');
        at = { a: await a.create(id) };
        for (const [key, who] of Object.entries({ b, c })) {
            at[key] = await who.open('enter', { roomId: id });
            for (const one of Object.values(at)) await until(() => one.all.some((frame) => frame.Content === `${who.name}成功进入房间`), 'the notice');
        }
        for (const one of Object.values(at)) one.heard.length = 0;
    });

    test('of one\'s own: 1000, and the others hear exitNAME', async () => {
        await c.ok('DELETE /room/exit', { roomId: id });
        assert.equal(await at.c.closed(), 1000);
        for (const one of [at.a, at.b]) await one.hears(`system: exit${c.name}`);
        at.c = await c.open('enter', { roomId: id });
        for (const one of [at.a, at.b]) await one.hears(`system: ${c.name}成功进入房间`);
        const first = await at.c.next();
        assert.equal(first, `system: ${b.name}成功进入房间`, 'who comes again hears everything again');
        /* Then both comings of their own, and the going between. */
        await until(() => at.c.all.filter((one) => one.Content === `${c.name}成功进入房间`).length === 2, 'the last');
        assert.equal(at.c.all.at(-2).Content, `exit${c.name}`);
        at.c.heard.length = 0;
    });

    test('thrown out through room: told why, 1008', async () => {
        await a.ok('DELETE /room/kickOutUser', { roomId: id, userId: c.id });
        await at.c.hears(`system: 你已被${a.name}踢出房间`);
        assert.equal(await at.c.closed(), 1008);
        for (const one of [at.a, at.b]) await one.hears(`system: exit${c.name}`);
    });

    test('thrown out through freeim: told why, 1008', async () => {
        const group = await groupOf(a, `房${id}`);
        await a.im.ok('POST /chatGroups/kick', { groupId: group.id, toId: b.im.id });
        await at.b.hears(`system: 你已被${a.name}踢出房间`);
        assert.equal(await at.b.closed(), 1008);
        await at.a.hears(`system: exit${b.name}`);
        const { status, body } = await b.knock('reEnter', { roomId: id });
        assert.deepEqual([status, JSON.parse(body)], [200, { msg: '不在房间内' }]);
    });

    test('the room itself: everybody is told', async () => {
        const back = await b.open('enter', { roomId: id });
        await a.ok('DELETE /room/dissolve', { roomId: id });
        for (const one of [at.a, back]) {
            assert.equal(await one.closed(), 1000);
            assert.equal(one.all.at(-1).Content, '房间已解散');
            assert.equal(one.all.at(-1).FromUserName, 'system');
        }
        const again = await c.create(id); /* the name is free */
        await again.close();
    });

    test('an account that is disabled: told why within two seconds, 1008', async () => {
        const one = await both('dis');
        const socket = await one.create(r.uniq('room'));
        const node = server.listeners.find((each) => each.dialect === 'node').url;
        const started = Date.now();
        const answer = await one.call(`PUT /user/setUserStatus/${encodeURIComponent(one.id)}/false`, {}, { unchecked: true, listener: node, auth: '' });
        assert.equal(answer.body.code, 0, answer.text);
        await socket.hears('system: 该账号已被禁用');
        assert.equal(await socket.closed(), 1008);
        assert.ok(Date.now() - started < 2000);
        const refused = await one.knock('reEnter', { roomId: 'x' });
        assert.equal(JSON.parse(refused.body).err.Msg, '无效的token');
    });
});

describe('one group, two dialects', () => {
    let a, b, group, atA, atB, imA;
    before(async () => {
        [a, b] = await all('two', 2);
        const id = r.uniq('room');
        atA = await a.create(id);
        atB = await b.open('enter', { roomId: id });
        await atB.hears(`system: ${b.name}成功进入房间`);
        await atA.hears(`system: ${b.name}成功进入房间`);
        group = await groupOf(a, `房${id}`);
        imA = await connect(a.im);
    });
    after(() => Promise.all([atA, atB, imA].map((one) => one?.close())));

    test('what is said in a room is a message everywhere', async () => {
        await atB.say('from the room');
        for (const one of [atA, atB]) await one.hears(`${b.name}: from the room`);
        const frame = await imA.frame({ type: 'text', body: 'from the room' });
        assert.deepEqual([frame.fromId, frame.toId, frame.ope], [b.im.id, group.id, 'group']);
    });

    test('what is said elsewhere is text in a room', async () => {
        const kinds = [
            ['text', '文字', {}, '文字'],
            ['pic', 'https://x.example/p.png', { extra: '{"url":"https://x.example/p.png"}' }, 'https://x.example/p.png'],
            ['voice', 'https://x.example/v.mp3', {}, 'https://x.example/v.mp3'],
            ['video', 'https://x.example/v.mp4', {}, 'https://x.example/v.mp4'],
            ['file', 'https://x.example/f.pdf', {}, 'https://x.example/f.pdf'],
            ['geo', '{"name":"天安门","address":"北京","longitude":116.4,"latitude":39.9}', {}, '[位置] 天安门 北京'],
            ['geo', '39.9,116.4', {}, '[位置] 39.9,116.4'],
            ['forward', '群聊的记录', { extra: '{"items":[{},{}]}' }, '[聊天记录] 群聊的记录 (2条)'],
        ];
        for (const [type, body, more, shown] of kinds) {
            await say(a, group, body, { type, ...more });
            for (const one of [atA, atB]) await one.hears(`${a.name}: ${shown}`);
        }
    });

    test('what is taken back is said so, and is not in the past', async () => {
        const sent = await say(a, group, 'oops');
        await atB.hears(`${a.name}: oops`);
        await a.im.ok('POST /chat/revocation', { toId: group.id, id: sent.id, ope: 'group' });
        await atB.hears(`system: ${a.name}撤回了一条消息`);
        await atA.hears(`${a.name}: oops`, `system: ${a.name}撤回了一条消息`);
        const [c] = await all('two', 1);
        const atC = await c.open('enter', { roomId: atA.all[0].RoomName.slice(1) });
        await atC.say('last');
        for (let line = ''; line !== `${c.name}: last`; ) {
            line = await atC.next();
            assert.ok(!line.includes('oops'), line);
        }
        await c.ok('DELETE /room/exit', { roomName: atA.all[0].RoomName });
        await atC.closed();
        const tail = [`system: ${c.name}成功进入房间`, `${c.name}: last`, `system: exit${c.name}`];
        for (const one of [atA, atB]) await one.hears(...tail);
    });

    test('who is muted hears it, and is not heard', async () => {
        await a.im.ok('POST /chatGroups/banned', { groupId: group.id, toId: b.im.id, minute: 5 });
        for (const one of [atA, atB]) await one.hears(`system: ${b.name}被禁言5分钟`);
        await atB.say('may I?');
        await atB.hears('system: 您已被禁言，消息未发送');
        await a.im.ok('POST /chatGroups/banned', { groupId: group.id, toId: b.im.id, minute: 0 });
        for (const one of [atA, atB]) await one.hears(`system: ${b.name}被解除禁言`);
        await atB.say('now');
        for (const one of [atA, atB]) await one.hears(`${b.name}: now`);
    });

    test('a group of freeim is a room to its members, by its handle; nobody walks in', async () => {
        const made = await a.im.ok('POST /chatGroups', { name: r.uniq('im-'), intro: '' });
        await f.admit(a.im, made, b.im);
        const { rooms } = await b.ok('GET /room/retrieve', { roomName: made.name });
        assert.equal(rooms.length, 1);
        assert.deepEqual([rooms[0].RoomOwner, rooms[0].RoomAccess], [a.id, false]);
        const at = await b.open('reEnter', { roomId: rooms[0].RoomId });
        await at.hears(`system: ${b.name}成功进入房间`, `system: ${b.name}成功进入房间`);
        await say(a, made, 'hello');
        await at.hears(`${a.name}: hello`);
        const [c] = await r.people('two', 1);
        assert.deepEqual(JSON.parse((await c.knock('enter', { roomId: rooms[0].RoomId })).body), { msg: '房间不允许其他人进入' });
        await at.close();
    });

    test('a private room takes nobody new, by whatever dialect', async () => {
        const [c] = await all('two', 1);
        const id = r.uniq('room');
        const at = await a.create(id, { roomAccess: 'false' });
        const shut = await groupOf(a, `房${id}`);
        await c.im.refused('POST /chatGroups/join', { groupId: shut.id, reason: '' }, '当前群聊禁止新成员加入');
        await a.ok('PUT /room/update', { roomAccess: 'true' }, { query: `roomId=${id}` });
        await c.im.ok('POST /chatGroups/join', { groupId: shut.id, reason: '' });
        await a.ok('PUT /room/update', { roomAccess: '0' }, { query: `roomId=${id}` });
        await a.im.refused('POST /chatGroups/join/reply', { groupId: shut.id, accountId: c.im.id, status: 'pass' }, '当前群聊禁止新成员加入');
        await at.close();
    });
});
