'use strict';
/* Settings, the privacy they ask for, and drafts (handlers/README.md, site). */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim, PARAM, LOGGED_OUT } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');

let server, f;
before(async () => {
    server = await startServer();
    f = freeim(server);
});
after(() => server?.stop());

const DEFAULTS = {
    language: '',
    theme: 'system',
    density: 'cosy',
    fontSize: 16,
    sounds: true,
    enterSends: true,
    notify: 'all',
    quietHours: false,
    quietFrom: '22:00',
    quietTo: '07:00',
    readReceipts: true,
    lastSeen: 'everyone',
    directory: true,
    messagesFrom: 'everyone',
};

describe('settings', () => {
    test('are the defaults, then what was set, on every device', async () => {
        const [alice, bob] = await f.people('set', 2);
        const [atAlice, atBob] = [await connect(alice), await connect(bob)];
        assert.deepEqual(await alice.ok('GET /settings'), DEFAULTS);
        const changed = {
            language: 'zh-CN',
            theme: 'dark',
            density: 'compact',
            fontSize: 20,
            sounds: false,
            enterSends: false,
            notify: 'mentions',
            quietHours: true,
            quietFrom: '00:00',
            quietTo: '23:59',
            readReceipts: false,
            lastSeen: 'contacts',
            directory: false,
            messagesFrom: 'contacts',
        };
        let expected = DEFAULTS;
        for (const [key, value] of Object.entries(changed)) {
            expected = { ...expected, [key]: value };
            assert.deepEqual(await alice.ok('PUT /settings', { [key]: value }), expected);
            assert.deepEqual(JSON.parse((await atAlice.frame({ type: 'settings', fromId: alice.id })).body), expected);
        }
        assert.deepEqual(await alice.ok('GET /settings'), changed);
        assert.deepEqual(await alice.ok('PUT /settings', { language: '', sounds: 1 }), { ...changed, language: '', sounds: true });
        assert.deepEqual(await bob.ok('GET /settings'), DEFAULTS);
        await atBob.none({ type: 'settings' });
        for (const socket of [atAlice, atBob]) await socket.close();
    });

    test('are refused with a reason', async () => {
        const alice = await f.register(f.uniq('setno'));
        await alice.refused('GET /settings', {}, LOGGED_OUT, { status: 401, token: '' });
        await alice.refused('PUT /settings', { theme: 'dark' }, LOGGED_OUT, { status: 401, token: '' });
        for (const fields of [
            { language: 'zh CN' },
            { language: 'x'.repeat(36) },
            { theme: 'pink' },
            { density: '' + 1 },
            { fontSize: 11 },
            { fontSize: 25 },
            { fontSize: 'big' },
            { sounds: 'loud' },
            { notify: 'default' },
            { quietFrom: '24:00' },
            { quietTo: '7:000' },
            { quietTo: '07-30' },
            { lastSeen: 'me' },
            { messagesFrom: 'nobody' },
        ])
            await alice.refused('PUT /settings', fields, PARAM);
        assert.deepEqual(await alice.ok('GET /settings'), DEFAULTS);
    });
});

describe('privacy', () => {
    test('without read receipts nobody sees one, on either side', async () => {
        const [alice, bob] = await f.people('receipt', 2);
        await bob.ok('PUT /settings', { readReceipts: 0 });
        const [atAlice, atBob, atBob2] = await Promise.all([alice, bob, bob].map((one) => connect(one)));
        const mine = await alice.say(bob, 'from alice');
        const his = await bob.say(alice, 'from bob');
        await bob.ok('POST /chat/read', { toId: alice.id });
        await alice.ok('POST /chat/read', { toId: bob.id });
        await atBob2.none({ type: 'read', fromId: alice.id });
        await atAlice.frame({ type: 'read', fromId: alice.id }, "one's own devices are told");
        await atAlice.none({ type: 'read', fromId: bob.id });
        const isRead = async (who, to, message) => (await who.history(to)).items.find((one) => one.id === message.id).isRead;
        assert.deepEqual([await isRead(alice, bob, mine), await isRead(bob, alice, his)], [false, false]);
        assert.deepEqual([(await alice.conversation(bob)).peerReadSeq, (await bob.conversation(alice)).peerReadSeq], [0, 0]);
        assert.equal((await bob.conversation(alice)).unread, 0, 'for oneself it is read');
        await bob.ok('PUT /settings', { readReceipts: 1 });
        assert.deepEqual([await isRead(alice, bob, mine), await isRead(bob, alice, his)], [true, true]);
        for (const socket of [atAlice, atBob, atBob2]) await socket.close();
    });

    test('messages from contacts only', async () => {
        const [alice, bob, carol] = await f.people('msgfrom', 3);
        await f.befriend(alice, bob);
        await bob.ok('PUT /settings', { messagesFrom: 'contacts' });
        await alice.say(bob, 'a friend');
        await carol.refused(
            'POST /chat/send',
            { toId: bob.id, ope: 'friend', type: 'text', body: 'a stranger' },
            '对方还不是您的好友',
            { error: 'not_friend' },
        );
        await carol.ok('POST /friends/add', { toId: bob.id, reason: 'asking' });
    });

    test('out of the directory, found by friends alone', async () => {
        const [alice, bob, carol] = await f.people('direct', 3);
        await f.befriend(alice, bob);
        await bob.ok('PUT /settings', { directory: 0 });
        const found = async (who, account) => (await who.ok('GET /friends/search', { account })).items.map((one) => one.id);
        for (const account of [bob.name, String(bob.id)]) {
            assert.deepEqual(await found(carol, account), []);
            assert.deepEqual(await found(alice, account), [bob.id]);
        }
    });
});

describe('drafts', () => {
    const put = (who, to, text, at, more) =>
        who.ok('PUT /drafts', { ope: to.id < 10000000 ? 'group' : 'friend', toId: to.id, text, at, ...more });

    test('are the same on every device, the one typed last wins', async () => {
        const [alice, bob] = await f.people('draft', 2);
        const group = await f.group(alice);
        const [atAlice, atBob] = [await connect(alice), await connect(bob)];
        const expected = { ope: 'friend', targetId: bob.id, text: '写到一半', replyToId: 7, at: 2000 };
        assert.deepEqual(await put(alice, bob, '写到一半', 2000, { replyToId: 7 }), expected);
        assert.deepEqual(JSON.parse((await atAlice.frame({ type: 'draft', toId: bob.id })).body), expected);
        assert.deepEqual(await put(alice, bob, 'older', 1000), expected);
        await atAlice.none({ type: 'draft' });
        await put(alice, group, 'to the group', 3000);
        await atAlice.frame({ type: 'draft', ope: 'group', toId: group.id });
        assert.deepEqual((await alice.ok('GET /drafts')).items, [
            { ope: 'group', targetId: group.id, text: 'to the group', replyToId: 0, at: 3000 },
            expected,
        ]);
        await put(alice, bob, '', 4000);
        assert.equal(JSON.parse((await atAlice.frame({ type: 'draft', toId: bob.id })).body).text, '');
        assert.equal((await put(alice, bob, 'late', 3500)).text, '');
        assert.deepEqual((await alice.ok('GET /drafts')).items.map((one) => one.targetId), [group.id]);
        await atBob.none({ type: 'draft' });
        assert.deepEqual((await bob.ok('GET /drafts')).items, []);
        for (const socket of [atAlice, atBob]) await socket.close();
    });

    test('typed in the future count as typed now', async () => {
        const [alice, bob] = await f.people('skew', 2);
        const before = Date.now();
        const { at } = await put(alice, bob, 'x', before + 3600000);
        assert.ok(at >= before && at <= Date.now(), `${at}`);
    });

    test('are refused with a reason', async () => {
        const [alice, bob] = await f.people('draftno', 2);
        const group = await f.group(bob);
        const good = { ope: 'friend', toId: bob.id, text: 'x', at: 1 };
        await alice.refused('GET /drafts', {}, LOGGED_OUT, { status: 401, token: '' });
        await alice.refused('PUT /drafts', good, LOGGED_OUT, { status: 401, token: '' });
        for (const bad of [{ ope: 'room' }, { ope: 'group' }, { toId: 'x' }, { at: 0 }, { at: 'now' }, { text: 'x'.repeat(65536) }, { replyToId: -1 }])
            await alice.refused('PUT /drafts', { ...good, ...bad }, PARAM);
        await alice.refused('PUT /drafts', { ...good, toId: 99999999 }, '账号不存在', { error: 'no_account' });
        await alice.refused('PUT /drafts', { ...good, ope: 'group', toId: group.id }, '你不是是此群聊成员', { error: 'not_member' });
        assert.deepEqual((await alice.ok('GET /drafts')).items, []);
    });
});
