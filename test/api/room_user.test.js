'use strict';
/* room: accounts. Every variant of facts/room-and-node.md 1.1, 2 and 2.1, word for word; tokens of ten minutes; the two
 * paths that wukong documents too (12.1); names nobody may take, in any dialect (12.2). */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim, Person } = require('../harness/client.js');
const { room, PASSWORD } = require('../harness/room.js');
const { outbox, codeIn, codeFromOutbox } = require('../harness/post.js');
const sql = require('../harness/sql.js');
const { until } = require('../harness/wait.js');

let server, f, r;
before(async () => {
    server = await startServer({ set: { listen: ['127.0.0.1:0', '127.0.0.1:0 room'] } });
    f = freeim(server);
    r = room(server);
});
after(() => server?.stop());

const INPUT = [1, '输入参数无效', '输入参数无效,请重新输入'];

describe('POST /user/register', () => {
    const fields = (more = {}) => ({ userId: r.uniq('reg'), userPwd: '135', userName: 'zzz', userEmail: `${r.uniq('reg')}@qq.com`, ...more });

    test('in every encoding', async () => {
        for (const as of ['form', 'multipart', 'json']) await r.nobody.ok('POST /user/register', fields(), { as });
    });

    test('an id or an address that somebody has', async () => {
        const taken = fields();
        await r.nobody.ok('POST /user/register', taken);
        const exists = [0, '用户已存在', '用户Id或邮箱已存在，请重新注册'];
        await r.nobody.refused('POST /user/register', taken, ...exists);
        await r.nobody.refused('POST /user/register', fields({ userId: taken.userId }), ...exists);
        await r.nobody.refused('POST /user/register', fields({ userEmail: taken.userEmail.toUpperCase() }), ...exists);
    });

    test('two people may have one name', async () => {
        for (let i = 0; i < 2; i++) await r.nobody.ok('POST /user/register', fields({ userName: '同名' }));
    });

    for (const name of ['userId', 'userPwd', 'userName', 'userEmail'])
        test(`${name} blank or missing`, async () => {
            await r.nobody.refused('POST /user/register', fields({ [name]: '' }), ...INPUT);
            await r.nobody.refused('POST /user/register', fields({ [name]: '  ' }), ...INPUT);
            const { [name]: _, ...rest } = fields();
            await r.nobody.refused('POST /user/register', rest, ...INPUT);
        });

    test('an address that is none', () => r.nobody.refused('POST /user/register', fields({ userEmail: 'qq.com' }), ...INPUT));

    test('who says system speaks for nobody else', async () => {
        const reserved = [0, '名称不可用', '该名称为保留名称，请更换'];
        for (const userName of ['system', 'SYSTEM'])
            await r.nobody.refused('POST /user/register', fields({ userName }), ...reserved);
        const someone = await r.register('spoof');
        await someone.refused('PUT /user/update', { userName: 'System' }, ...reserved);
        const other = await f.register(f.uniq('spoof'));
        const answer = await other.call('PUT /me/update/info', { nickname: 'system' });
        assert.equal(answer.body.result.error, 'reserved_name');
    });
});

describe('names nobody may register', () => {
    const RESERVED = ['search', 'grant_login', 'devices', 'customerservices', 'blacklists', 'page', 'setUserStatus', 'host', 'system', 'admin', 'fileHelper', 'u_10000'];
    const ways = {
        room: async (name) => (await r.nobody.call('POST /user/register', { userId: name, userPwd: '135', userName: 'n', userEmail: `${r.uniq('res')}@qq.com` })).Msg,
        freeim: async (name) => (await f.nobody.call('POST /register/basic', f.credentials(name))).body.result.error,
        togetherchat: async (name) => {
            const answer = await f.nobody.call('POST //capi/user/register', { username: name, nickname: 'n', password: 'secret1', email: `${r.uniq('res')}@qq.com` });
            return answer.body.success === false && answer.body.errMsg;
        },
    };
    for (const [dialect, register] of Object.entries(ways))
        test(dialect, async () => {
            const words = new Set();
            for (const name of [...RESERVED, 'HOST', 'Admin']) words.add(await register(name));
            assert.equal(words.size, 1, [...words].join());
            const [word] = words;
            assert.ok({ room: '名称不可用', freeim: 'reserved_name', togetherchat: '该用户名不可使用' }[dialect] === word, word);
        });
});

describe('POST /user/login', () => {
    test('says hello, and which rooms one is in', async () => {
        const someone = await r.register('log');
        assert.deepEqual(await someone.login(), { msg: `登录成功 hello ${someone.name}`, rooms: null });
        const also = await f.login(someone.id, { password: PASSWORD }).catch(() => null);
        assert.equal(also, null, 'a password of three characters is too short for freeim');
    });

    test('a wrong password, and an id nobody has', async () => {
        const someone = await r.register('log');
        for (const fields of [{ userId: someone.id, userPwd: 'x' }, { userId: 'nobody-at-all', userPwd: PASSWORD }])
            await r.nobody.refused('POST /user/login', fields, 0, '登录失败', 'id或密码错误');
    });

    test('a body that cannot be bound', async () => {
        await r.nobody.refused('POST /user/login', { userId: 'a' }, ...INPUT);
        await r.nobody.refused('POST /user/login', { userPwd: 'a' }, ...INPUT);
        await r.nobody.refused('POST /user/login', {}, ...INPUT, { body: 'userId=%zz', type: 'application/x-www-form-urlencoded' });
    });

    test('a disabled account', { skip: sql.missing }, async () => {
        const someone = await r.register('log');
        await sql.alter(server, `UPDATE users SET enabled = 0 WHERE username = '${someone.id}'`);
        await someone.refused('PUT /user/update', {}, 0, '无效的token', '登录失败');
        await r.nobody.refused('POST /user/login', { userId: someone.id, userPwd: PASSWORD }, 0, '登录失败', '该账号已被禁用');
        await r.nobody.refused('POST /user/login', { userId: someone.id, userPwd: 'x' }, 0, '登录失败', 'id或密码错误');
    });
});

describe('the token', () => {
    const call = (auth, words) => r.nobody.refused('PUT /user/update', {}, ...words, { auth });

    test('missing, not a Bearer, not ours', async () => {
        await call('', [0, '请求头中的token为空', '登录失败']);
        const someone = await r.register('tok');
        for (const auth of [someone.token, `bearer ${someone.token}`, `Token ${someone.token}`, 'Bearer'])
            await call(auth, [0, '请求头中auth格式有误', '登录失败']);
        for (const auth of ['Bearer x', `Bearer ${someone.token}x`, `Bearer  ${someone.token}`])
            await call(auth, [0, '无效的token', '登录失败']);
    });

    test('of another dialect, and of this one elsewhere', async () => {
        const other = await f.register(f.uniq('tok'));
        await call(`Bearer ${other.token}`, [0, '无效的token', '登录失败']);
        const someone = await r.register('tok');
        assert.equal((await f.nobody.call('GET /me/info', {}, { token: someone.token })).status, 401);
    });

    test('lives ten minutes', async () => {
        const someone = await r.register('tok');
        const claims = JSON.parse(Buffer.from(someone.token.split('.')[1], 'base64url'));
        assert.equal(claims.exp - claims.iat, 600);
    });

    test('dies with its row, with its account', { skip: sql.missing }, async () => {
        const someone = await r.register('tok');
        await sql.alter(server, `UPDATE sessions SET expires_at_ms = 1 WHERE user_id = (SELECT id FROM users WHERE username = '${someone.id}')`);
        await call(`Bearer ${someone.token}`, [0, '无效的token', '登录失败']);
        await sql.alter(server, `PRAGMA foreign_keys = ON; DROP TRIGGER user_index_after_delete; DELETE FROM users WHERE username = '${someone.id}'`);
        await call(`Bearer ${someone.token}`, [0, '用户不存在', '用户不存在']);
    });

    test('every one of several lives by itself; logging out ends the one presented', async () => {
        const someone = await r.register('tok');
        const first = someone.token;
        await someone.login();
        await someone.ok('DELETE /user/exit');
        await call(`Bearer ${someone.token}`, [0, '无效的token', '登录失败']);
        await r.nobody.ok('PUT /user/update', {}, { auth: `Bearer ${first}` });
    });
});

describe('PUT /user/update', () => {
    test('changes what is given and keeps what is blank', async () => {
        const someone = await r.register('upd');
        await someone.ok('PUT /user/update', { userName: '新名' });
        await someone.ok('PUT /user/update', { userName: '', userEmail: `${someone.id}@new.org` });
        assert.equal((await someone.login()).msg, '登录成功 hello 新名');
        await someone.ok('PUT /user/update', { userEmail: `${someone.id}@NEW.org` }, { as: 'json' }); /* one's own */
    });

    test("somebody else's address", async () => {
        const [a, b] = await r.people('upd', 2);
        await a.refused('PUT /user/update', { userEmail: b.email, userName: 'x' }, 0, '', '邮箱已被绑定');
        assert.equal((await a.login()).msg, `登录成功 hello ${a.name}`, 'nothing was changed');
    });

    test('the id and the password are not for this', async () => {
        const someone = await r.register('upd');
        await someone.ok('PUT /user/update', { userId: 'other', userPwd: 'other' });
        await someone.login();
    });
});

describe('a new password by code', () => {
    const letters = (email) => outbox(server).filter((one) => one.to === email);
    const code = async (email) => {
        const before = letters(email).length;
        const notice = await r.nobody.ok('POST /user/forgetPwd', { userEmail: email });
        assert.deepEqual(notice, { notice: '十分钟内有效', 验证码: '' }, 'the code is not in the answer');
        const letter = await until(() => letters(email).length > before && letters(email).pop(), 'the letter');
        assert.match(letter.text, /10分钟内有效/);
        const digits = codeIn(letter.text);
        assert.match(digits, /^\d{4}$/);
        return digits;
    };

    test('by mail, once, and every session ends', async () => {
        const someone = await r.register('pwd');
        const digits = await code(someone.email);
        const fields = { userEmail: someone.email, newPwd: '1358', 验证码: digits };
        await r.nobody.ok('PUT /user/updatePwd', fields);
        await someone.refused('PUT /user/update', {}, 0, '无效的token', '登录失败');
        await someone.refused('POST /user/login', { userId: someone.id, userPwd: PASSWORD }, 0, '登录失败', 'id或密码错误');
        someone.password = '1358';
        await someone.login();
        await r.nobody.refused('PUT /user/updatePwd', fields, 0, '', '验证码错误');
    });

    test('a wrong code, and the one before the last', async () => {
        const someone = await r.register('pwd');
        const first = await code(someone.email);
        let last = await code(someone.email);
        while (last === first) last = await code(someone.email);
        for (const wrong of [first, '12', 'abcd'])
            await r.nobody.refused('PUT /user/updatePwd', { userEmail: someone.email, newPwd: 'n', 验证码: wrong }, 0, '', '验证码错误');
        await r.nobody.ok('PUT /user/updatePwd', { userEmail: someone.email, newPwd: 'n', 验证码: last }, { as: 'json' });
    });

    test('an address nobody has', async () => {
        for (const userEmail of ['none@example.org', 'no address'])
            await r.nobody.refused('POST /user/forgetPwd', { userEmail }, 0, '数据库中无该邮箱', '邮箱错误');
        await r.nobody.refused('PUT /user/updatePwd', { userEmail: 'none@example.org', newPwd: 'n', 验证码: '1234' }, 0, '数据库中无该邮箱', '邮箱错误');
    });

    test('fields that are missing', async () => {
        await r.nobody.refused('POST /user/forgetPwd', {}, ...INPUT);
        await r.nobody.refused('PUT /user/updatePwd', { userEmail: 'a@b.c', newPwd: 'n' }, ...INPUT);
    });
});

describe('an address that its holder never proved', () => {
    const enter = async (email) => {
        const captcha = await codeFromOutbox(f, 'email', email);
        const { token } = await f.nobody.ok('POST /login/email', { email, captcha, platform: 'h5' });
        return new Person(server, { token, id: (await new Person(server, { token }).ok('GET /me/info')).account.id });
    };

    test('whoever proves it first owns the account alone', async () => {
        const squatter = await r.register('squat', { userPwd: 'secret12' });
        const socket = await squatter.create(r.uniq('squat'));
        const there = await f.login(squatter.id, { password: 'secret12' });
        const owner = await enter(squatter.email);
        assert.equal(owner.id, there.id, 'the account of the address');
        assert.equal(await socket.closed(), 4401);
        await there.refused('GET /me/info', {}, '登录超时', { status: 401 });
        await squatter.refused('PUT /user/update', {}, 0, '无效的token', '登录失败');
        for (const userId of [squatter.id, squatter.email])
            await r.nobody.refused('POST /user/login', { userId, userPwd: 'secret12' }, 0, '登录失败', 'id或密码错误');
        /* From now on it is theirs: what they set stays. */
        await owner.ok('PUT /me/update/password', { password: 'secret34' });
        await enter(squatter.email);
        await owner.ok('GET /me/info');
        await f.login(squatter.id, { password: 'secret34' });
    });

    test('nor has who took it later, with whatever number', async () => {
        const mobile = '15798765432';
        const byMobile = async () => {
            const captcha = await codeFromOutbox(f, 'mobile', mobile);
            const { token } = await f.nobody.ok('POST /login/mobile', { mobile, captcha, platform: 'h5' });
            return new Person(server, { token, id: (await new Person(server, { token }).ok('GET /me/info')).account.id });
        };
        const thief = await byMobile();
        await thief.ok('PUT /me/update/password', { password: 'secret12' });
        const inRoom = await r.enter(mobile, 'secret12');
        const email = `${r.uniq('taken')}@example.org`;
        await inRoom.ok('PUT /user/update', { userEmail: email });
        const owner = await enter(email);
        assert.equal(owner.id, thief.id);
        assert.notEqual((await byMobile()).id, owner.id, 'the number opens it no more');
        /* An address changed is one to be proven anew. */
        await owner.ok('PUT /me/update/password', { password: 'secret34' });
        const again = await r.enter(email, 'secret34');
        await again.ok('PUT /user/update', { userEmail: `${r.uniq('next')}@example.org` });
        const next = (await owner.ok('GET /me/info')).account.email;
        assert.equal((await enter(next)).id, owner.id);
        await owner.refused('GET /me/info', {}, '登录超时', { status: 401 });
    });
});

test('registration by invitation', async () => {
    const inviting = await startServer();
    const [alice] = await freeim(inviting).people('host', 1);
    await inviting.restart({ registration: 'invite' });
    const q = room(inviting);
    const host = await freeim(inviting).login(alice.name);
    const fields = { userId: 'guest', userPwd: '135', userName: '客', userEmail: 'guest@example.org' };
    await q.nobody.refused('POST /user/register', fields, 0, '注册失败', '注册通道已关闭');
    await q.nobody.refused('POST /user/register', { ...fields, inviteCode: 'x'.repeat(20) }, 0, '注册失败', '邀请码无效');
    const { token } = await host.ok('POST //api/v1/invites');
    await q.nobody.ok('POST /user/register', { ...fields, inviteCode: token });
    await q.enter('guest', '135');
    const other = { ...fields, userId: 'other', userEmail: 'other@example.org', inviteCode: token };
    await q.nobody.refused('POST /user/register', other, 0, '注册失败', '邀请码无效');
    await inviting.stop();
});

describe('where the limits hold', () => {
    let limited, q;
    before(async () => {
        limited = await startServer({ set: { rate_limits: 'on', 'room.reset_code_in_response': 'on' } });
        q = room(limited);
    });
    after(() => limited?.stop());

    test('the code is in the answer where the operator wants that; the fourth try bans', async () => {
        const someone = await q.register('ban');
        const notice = await q.nobody.ok('POST /user/forgetPwd', { userEmail: someone.email });
        const digits = notice['验证码'];
        assert.match(digits, /^\d{4}$/);
        const attempt = (code) => ({ userEmail: someone.email, newPwd: 'n', 验证码: code });
        const wrong = digits === '0000' ? '0001' : '0000';
        for (let i = 0; i < 3; i++) await q.nobody.refused('PUT /user/updatePwd', attempt(wrong), 0, '', '验证码错误');
        await q.nobody.refused('PUT /user/updatePwd', attempt(digits), 0, '发送多次拉入黑名单', '发送多次拉入黑名单');
        await q.nobody.refused('PUT /user/updatePwd', attempt(digits), 0, '用户在黑名单中，无法发送验证码', '已在黑名单中，无法发送验证码');
        await q.nobody.refused('POST /user/forgetPwd', { userEmail: someone.email }, 0, '无令牌', '无令牌，请等待');
        await someone.login(); /* the ban is about codes */
    });

    test('all together have a hundred tries, then one every three seconds', async () => {
        const attempt = () => q.nobody.call('PUT /user/updatePwd', { userEmail: 'none@example.org', newPwd: 'n', 验证码: '1' });
        let empty = null;
        for (let i = 0; i < 140 && empty === null; i++) {
            const err = await attempt();
            if (err.Msg !== '数据库中无该邮箱') empty = err;
        }
        assert.deepEqual(empty, { Code: 0, Msg: '无令牌', Notice: '无令牌，请等待' });
    });

    test('passwords are not guessed forever', async () => {
        const someone = await q.register('gue');
        let err;
        for (let i = 0; i < 8; i++) err = await q.nobody.call('POST /user/login', { userId: someone.id, userPwd: 'x' });
        assert.deepEqual(err, { Code: 0, Msg: '登录失败', Notice: '尝试次数过多，请稍后再试' });
    });
});

describe('POST /user/login and /user/register are wukong\'s too', () => {
    const post = (path, fields, options = {}) => r.nobody.call(`POST ${path}`, fields, { unchecked: true, ...options });
    const isRoom = (answer) => answer.status === 200 && Object.keys(answer.body).join() === 'err';
    const isOther = (answer) => answer.status === 400 && Object.keys(answer.body).join() === 'status,msg' && answer.body.status === 400;

    for (const path of ['/user/login', '/user/register']) {
        for (const field of ['userId', 'userPwd', 'userName', 'userEmail'])
            test(`${path} with ${field} is room's, in every encoding`, async () => {
                for (const as of ['form', 'multipart', 'json']) assert.ok(isRoom(await post(path, { [field]: 'x' }, { as })), as);
            });
        for (const field of ['username', 'password', 'flag', 'device', 'name', 'zone', 'phone', 'code'])
            test(`${path} with ${field} is not`, async () => {
                for (const as of ['form', 'multipart', 'json']) assert.ok(isOther(await post(path, { [field]: 'x' }, { as })), as);
            });
        test(`${path}: both sets of fields are room's`, async () => {
            for (const as of ['form', 'json']) assert.ok(isRoom(await post(path, { username: 'x', password: 'y', userId: 'x' }, { as })));
        });
        test(`${path}: names are told apart by case`, async () => {
            for (const field of ['USERID', 'UserName', 'userid']) assert.ok(isOther(await post(path, { [field]: 'x' }, { as: 'json' })), field);
        });
        test(`${path}: a form of neither is room's, all else is not`, async () => {
            assert.ok(isRoom(await post(path, { other: 'x' })));
            assert.ok(isOther(await post(path, { other: 'x' }, { as: 'json' })));
            assert.ok(isOther(await post(path, {}, { body: '', type: 'application/json' })));
            assert.ok(isOther(await post(path, {}, { body: '' })));
            assert.ok(isOther(await post(path, {}, { body: '{"userId":', type: 'application/json' })), 'what cannot be read has no fields');
            assert.ok(isOther(await post(path, {}, { body: 'userId=1', type: 'text/plain' })));
        });
        test(`${path}: on a listener of its own everything is room's`, async () => {
            const listener = server.listeners[1].url;
            for (const as of ['form', 'json']) assert.ok(isRoom(await post(path, { username: 'x' }, { as, listener })));
        });
    }
});
