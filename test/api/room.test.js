'use strict';
/* room: what is done with rooms. Every variant of facts/room-and-node.md 3, word for word, for each way of naming a
 * room; pictures (3.2). Refused sockets are in test/ws/room.test.js. */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { room, PNG } = require('../harness/room.js');
const { request } = require('../harness/http.js');
const spec = require('../harness/spec.js');

let server, r, owner, member, outsider, id, name, atOwner, atMember;
before(async () => {
    server = await startServer({ set: { listen: ['127.0.0.1:0', '127.0.0.1:0 room'] } });
    r = room(server);
    [owner, member, outsider] = await r.people('var', 3);
});
after(() => server?.stop());

async function fresh(more = {}) {
    id = r.uniq('room');
    name = `房${id}`;
    atOwner = await owner.create(id, more);
    atMember = await member.open('enter', { roomId: id });
    await atMember.hears(`system: ${member.name}成功进入房间`);
}
const done = () => Promise.all([atOwner, atMember].map((one) => one.close().catch(() => {})));

const KEYS = { roomId: () => ({ roomId: id }), roomName: () => ({ roomName: name }) };
const NOBODY = [0, '房间不存在', '房间不存在'];
const NOT_OWNER = [0, '不是房主无权限', '你不是房主无权限'];
const ABSENT = [0, '', '用户不在房间内'];

for (const [key, which] of Object.entries(KEYS))
    describe(`by ${key}`, () => {
        before(() => fresh());
        after(done);
        const none = () => ({ [key]: 'no such room' });
        const update = (who, query, body, ...words) => {
            const options = { query: new URLSearchParams(query).toString() };
            return words.length ? who.refused('PUT /room/update', body, ...words, options) : who.ok('PUT /room/update', body, options);
        };

        test('who is in it', async () => {
            const { clients } = await member.ok('GET /room/retrieveUser', which());
            assert.deepEqual(clients, [owner, member].map((one) => ({ UserId: one.id, UserName: one.name })));
            await outsider.refused('GET /room/retrieveUser', which(), 0, '', '用户不在房间内，无权限查找');
            await member.refused('GET /room/retrieveUser', none(), 0, '', '房间不存在');
        });

        test('what no owner may do', async () => {
            for (const who of [member, outsider]) {
                await who.refused('DELETE /room/dissolve', which(), ...NOT_OWNER);
                await who.refused('DELETE /room/kickOutUser', { ...which(), userId: owner.id }, ...NOT_OWNER);
                await who.refused('PUT /room/transferOwner', {}, ...NOT_OWNER, { query: new URLSearchParams({ ...which(), userId: member.id }).toString() });
                await update(who, which(), { roomName: 'mine' }, ...NOT_OWNER);
            }
        });

        test('what is done to no room', async () => {
            await owner.refused('DELETE /room/dissolve', none(), ...NOBODY);
            await owner.refused('DELETE /room/kickOutUser', { ...none(), userId: member.id }, ...NOBODY);
            await owner.refused('PUT /room/transferOwner', { ...none(), userId: member.id }, ...NOBODY);
            await update(owner, none(), { roomName: 'x' }, ...NOBODY);
            await owner.refused('DELETE /room/exit', none(), 0, '', '房间不存在');
        });

        test('what is done to who is not there', async () => {
            for (const userId of [outsider.id, 'nobody-at-all']) {
                await owner.refused('DELETE /room/kickOutUser', { ...which(), userId }, ...ABSENT);
                await owner.refused('PUT /room/transferOwner', { ...which(), userId }, ...ABSENT);
            }
            await outsider.refused('DELETE /room/exit', which(), ...ABSENT);
            await owner.refused('DELETE /room/kickOutUser', { ...which(), userId: owner.id }, 0, '', '不能踢出房主或管理员');
        });

        test('a change keeps what it does not name', async () => {
            const look = async () => (await owner.ok('GET /room/retrieve', { roomName: name })).rooms.find((one) => one.RoomId === id);
            const was = await look();
            assert.deepEqual([was.RoomCap, was.RoomAccess, was.RoomOwner], [10, true, owner.id]);
            await update(owner, which(), { roomCap: '33' });
            assert.deepEqual(await look(), { ...was, RoomCap: 33 });
            await update(owner, which(), { roomCap: '0', roomName: '' });
            await update(owner, which(), { roomAccess: 'false' });
            assert.deepEqual(await look(), { ...was, RoomCap: 33, RoomAccess: false });
            await update(owner, which(), { roomCap: '1' }, 0, '', '房间人数上限小于现有人数');
            await update(owner, which(), { roomCap: 'x' }, 1, '参数无效', '参数无效');
            const renamed = r.uniq('新');
            await update(owner, which(), { roomName: renamed });
            name = renamed;
            assert.equal((await look()).RoomName, renamed);
        });

        test('the owner hands it over, and it comes back when the next one leaves', async () => {
            await owner.ok('PUT /room/transferOwner', {}, { query: new URLSearchParams({ ...which(), userId: member.id }).toString() });
            await owner.refused('DELETE /room/dissolve', which(), ...NOT_OWNER);
            await member.ok('PUT /room/transferOwner', { ...which(), userId: member.id }); /* it is so already */
            await member.ok('DELETE /room/exit', which());
            assert.equal(await atMember.closed(), 1000);
            assert.deepEqual((await owner.ok('GET /room/retrieveUser', which())).clients, [{ UserId: owner.id, UserName: owner.name }]);
            await owner.ok('DELETE /room/exit', which());
            await owner.refused('GET /room/retrieveUser', which(), 0, '', '房间不存在');
        });
    });

describe('one name, several rooms', () => {
    test('owners mean their own, members where they are, others the newest', async () => {
        const shared = r.uniq('同名');
        const open = (who) => who.create(r.uniq('room'), { roomName: shared });
        const [mine, theirs] = [await open(owner), await open(member)];
        const clients = async (who) => (await who.ok('GET /room/retrieveUser', { roomName: shared })).clients.map((one) => one.UserId);
        assert.deepEqual(await clients(owner), [owner.id]);
        assert.deepEqual(await clients(member), [member.id]);
        await owner.ok('DELETE /room/dissolve', { roomName: shared });
        assert.equal(await mine.closed(), 1000);
        await owner.refused('DELETE /room/dissolve', { roomName: shared }, ...NOT_OWNER);
        await theirs.close();
    });
});

describe('GET /room/retrieve', () => {
    test('part of a name, all of them, none; newest first; % is a letter', async () => {
        const stem = r.uniq('百分%');
        const sockets = [];
        for (const one of ['a', 'b', 'c']) sockets.push(await owner.create(r.uniq('room'), { roomName: stem + one }));
        const names = async (roomName) => (await outsider.ok('GET /room/retrieve', { roomName })).rooms.map((one) => one.RoomName);
        assert.deepEqual(await names(stem), ['c', 'b', 'a'].map((one) => stem + one));
        assert.deepEqual(await names('%%'), []);
        assert.ok((await names('')).length >= 3);
        await outsider.refused('GET /room/retrieve', { roomName: 'x'.repeat(51) }, 0, '参数无效', '参数无效');
        /* The same by the name upstream's clients know (facts 1.2). */
        assert.deepEqual(await outsider.ok('GET /room/retrieveRoom', { roomName: stem }), await outsider.ok('GET /room/retrieve', { roomName: stem }));
        await outsider.refused('GET /room/retrieveRoom', { roomName: 'x'.repeat(51) }, 0, '参数无效', '参数无效');
        await Promise.all(sockets.map((one) => one.close()));
    });
});

describe('POST /room/sendImg', () => {
    before(() => fresh());
    after(done);
    const words = async (promise, code, notice, msg) => {
        const err = await promise;
        assert.deepEqual([err.Code, err.Notice], [code, notice], JSON.stringify(err));
        if (msg !== undefined) assert.equal(err.Msg, msg);
    };

    test('in the room named, or else the one opened last; a URL that is there', async () => {
        const ways = [{ query: `roomId=${id}` }, { fields: { roomId: id } }, { fields: { roomName: name } }, {}];
        for (const way of ways) {
            await words(owner.picture(PNG, way), 0, '发送成功', '');
            const line = await atMember.next();
            assert.match(line, new RegExp(`^${owner.name}: ${server.url}/files/[0-9a-f]{32}\\.png$`));
            const got = await request(server, 'GET', new URL(line.slice(owner.name.length + 2)).pathname);
            assert.deepEqual([got.status, got.headers['content-type'], got.bytes.equals(PNG)], [200, 'image/png', true]);
        }
    });

    test('on a listener of its own, where the picture is too', async () => {
        const listener = server.listeners[1].url;
        await words(owner.picture(PNG, { options: { listener } }), 0, '发送成功', '');
        const line = await atMember.next();
        const url = line.slice(owner.name.length + 2);
        assert.ok(url.startsWith(`${listener}/files/`), url);
        assert.equal((await request(server, 'GET', new URL(url).pathname, { listener })).status, 200);
    });

    test('not inside, nowhere, no picture', async () => {
        for (const way of [{ query: `roomId=${id}` }, { query: 'roomId=none' }, {}])
            await words(outsider.picture(PNG, way), 0, '不在房间内无法发送图片', '');
        await words(owner.call('POST /room/sendImg', { roomId: id }), 1, '获取图片错误');
        await words(owner.call('POST /room/sendImg', { roomId: id }, { as: 'multipart' }), 1, '获取图片错误');
        await words(owner.picture(PNG, {}, { name: 'Other' }), 1, '获取图片错误');
        await words(owner.picture(Buffer.from('<html>')), 1, '获取图片错误');
    });

    test('more than fits', async () => {
        const small = await startServer({ set: { upload_file_bytes: '2K', upload_user_bytes: '3K' } });
        const q = room(small);
        const one = await q.register('big');
        const at = await one.create('r');
        await words(one.picture(Buffer.concat([PNG, Buffer.alloc(3000)])), 1, '打开图片错误');
        await words(one.picture(Buffer.concat([PNG, Buffer.alloc(1900)])), 0, '发送成功');
        await words(one.picture(Buffer.concat([PNG, Buffer.alloc(1900)])), 1, '打开图片错误');
        await at.close();
        await small.stop();
    });
});

describe('the rest of the contract', () => {
    test('each row was answered well and was refused', async () => {
        const fields = { userId: r.uniq('con'), userPwd: '1', userName: 'c', userEmail: `${r.uniq('con')}@c.org` };
        await r.nobody.ok('POST /user/register', fields);
        await r.nobody.call('POST /user/register', fields);
        await r.nobody.call('POST /user/login', { userId: fields.userId, userPwd: '2' });
        await r.nobody.ok('POST /user/forgetPwd', { userEmail: fields.userEmail });
        await r.nobody.call('POST /user/forgetPwd', { userEmail: 'x' });
        await owner.ok('PUT /user/update', { userName: owner.name });
        const own = await startServer({ set: { 'room.reset_code_in_response': 'on' } });
        const q = room(own);
        const one = await q.register('con');
        const code = (await q.nobody.ok('POST /user/forgetPwd', { userEmail: one.email }))['验证码'];
        await q.nobody.ok('PUT /user/updatePwd', { userEmail: one.email, newPwd: 'n', 验证码: code });
        await q.nobody.call('PUT /user/updatePwd', { userEmail: one.email, newPwd: 'n', 验证码: code });
        await own.stop();
        await fresh();
        for (const way of ['create', 'enter', 'reEnter']) await outsider.knock(way, {});
        await atMember.close();
        await (await member.open('reEnter', { roomId: id })).close();
        await owner.ok('DELETE /room/kickOutUser', { roomId: id, userId: member.id });
        await owner.ok('DELETE /room/dissolve', { roomId: id });
        await done();
        await outsider.ok('DELETE /user/exit');
        for (const row of spec.landed.room.filter((each) => !each.startsWith('WS ')))
            await r.nobody.call(row, { userId: '' }, { auth: 'Bearer x' });
        spec.assertAllHit('room');
    });
});
