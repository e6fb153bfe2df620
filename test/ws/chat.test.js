'use strict';
/* What people see on their sockets: messages, their own other devices, typing, reading, recall; and what a frame that
 * makes no sense does (facts 6). Every frame is held against test/spec as it arrives. */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');

let server, f;
before(async () => {
    server = await startServer();
    f = freeim(server);
});
after(() => server?.stop());

const closeAll = (...sockets) => Promise.all(sockets.map((one) => one.close()));
const typing = (to, status = 'normal') => ({
    toId: to.id,
    ope: to.id < 10000000 ? 'group' : 'friend',
    type: 'input',
    status,
});

describe('messages', () => {
    test("reach every device of the receiver and the sender's other devices, as they were stored", async () => {
        const [alice, bob, eve] = await f.people('msg', 3);
        const sockets = [await connect(bob), await connect(bob), await connect(alice), await connect(alice)];
        const stranger = await connect(eve);
        const sent = await alice.say(bob, '你好 😀', { type: 'file', isPrivate: 1, clientMsgId: 'c-1' });
        for (const socket of sockets) assert.deepEqual(await socket.frame({ type: 'file' }), sent);
        await stranger.none({ type: 'file' });
        const back = await bob.say(alice, 'and back');
        for (const socket of sockets) assert.deepEqual(await socket.frame({ body: 'and back' }), back);
        await closeAll(...sockets, stranger);
    });

    test('of a group reach all members, and nobody who is not one', async () => {
        const [alice, bob, carol, eve] = await f.people('grp', 4);
        const group = await f.group(alice, [bob, carol]);
        await eve.ok('POST /chatGroups/join', { groupId: group.id, reason: '' });
        const [inside, outside] = [
            [await connect(alice), await connect(bob), await connect(carol)],
            await connect(eve),
        ];
        for (const who of [alice, bob, carol]) {
            const sent = await who.say(group, `by ${who.name}`);
            for (const socket of inside) assert.deepEqual(await socket.frame({ id: sent.id }), sent);
        }
        await outside.none({ ope: 'group' });
        await alice.ok('POST /chatGroups/join/reply', { groupId: group.id, accountId: eve.id, status: 'pass' });
        for (const socket of [...inside, outside]) {
            const told = await socket.frame({ ope: 'system', type: 'groupJoin', toId: group.id });
            assert.equal(JSON.parse(told.body).accountId, eve.id);
        }
        await alice.say(group, 'welcome');
        await outside.frame({ body: 'welcome' });
        await closeAll(...inside, outside);
    });

    test('are on disk before anybody hears of them', async () => {
        const [alice, bob] = await f.people('disk', 2);
        const socket = await connect(bob);
        for (let i = 0; i < 20; i++) {
            const [heard] = await Promise.all([socket.frame({ type: 'text' }), alice.say(bob, String(i))]);
            const { items } = await bob.history(alice, { afterSeq: heard.seq - 1 });
            assert.equal(items[0].id, heard.id);
        }
        await socket.close();
    });

    test('come in the order of their numbers, whoever sends', async () => {
        const people = await f.people('ord', 8);
        const group = await f.group(people[0], people.slice(1));
        const sockets = await Promise.all(people.map((one) => connect(one)));
        await Promise.all(
            people.map(async (one) => {
                for (let i = 0; i < 25; i++) await one.say(group, `${one.name}:${i}`);
            }),
        );
        for (const socket of sockets) {
            const seqs = [];
            while (seqs.length < 200) seqs.push((await socket.frame({ type: 'text' })).seq);
            /* 1 to 7 are those who came in. */
            assert.deepEqual(
                seqs,
                Array.from({ length: 200 }, (_, i) => i + 8),
            );
        }
        await closeAll(...sockets);
    });

    test('one socket closing, in whatever way, leaves the others of the account alone', async () => {
        const [alice, bob] = await f.people('left', 2);
        const sockets = [];
        for (let i = 0; i < 4; i++) sockets.push(await connect(bob));
        await sockets[0].close();
        sockets[1].drop();
        await sockets[2].raw.send({ opcode: 3, payload: '' });
        await sockets[2].closed();
        await alice.say(bob, 'still');
        await sockets[3].frame({ body: 'still' });
        await sockets[3].close();
    });

    test('a name or text of markup arrives as it was written', async () => {
        const [alice, bob] = await f.people('mark', 2);
        const socket = await connect(bob);
        const body = '</script><img src=x onerror=alert(1)>"\\\u2028';
        await alice.say(bob, body);
        assert.equal((await socket.frame({ type: 'text' })).body, body);
        await socket.close();
    });
});

describe('typing', () => {
    test('is told both ways, begun and ended, and stored nowhere', async () => {
        const [alice, bob] = await f.people('type', 2);
        const [atAlice, atBob, phone] = [await connect(alice), await connect(bob), await connect(bob)];
        for (const [from, to, person, sockets] of [
            [atAlice, bob, alice, [atBob, phone]],
            [atBob, alice, bob, [atAlice]],
        ])
            for (const status of ['normal', 'finish']) {
                await from.send(typing(to, status));
                for (const socket of sockets) {
                    const told = await socket.frame({ type: 'input' });
                    assert.deepEqual(
                        [told.fromId, told.toId, told.ope, told.status, told.body, told.id],
                        [person.id, to.id, 'friend', status, '', 0],
                    );
                }
            }
        await atAlice.none({ type: 'input' }, 'one does not hear oneself type');
        assert.deepEqual(await alice.history(bob, { afterSeq: 0 }), { items: [], total: 0 });
        assert.equal(await alice.conversation(bob), undefined);
        await closeAll(atAlice, atBob, phone);
    });

    test('in a group is told to the members', async () => {
        const [alice, bob, carol, eve] = await f.people('gtype', 4);
        const group = await f.group(alice, [bob, carol]);
        const [atAlice, atBob, atCarol, atEve] = [
            await connect(alice),
            await connect(bob),
            await connect(carol),
            await connect(eve),
        ];
        await atBob.send(typing(group));
        for (const socket of [atAlice, atCarol]) {
            const told = await socket.frame({ type: 'input' });
            assert.deepEqual([told.fromId, told.toId, told.ope], [bob.id, group.id, 'group']);
        }
        await atEve.none({ type: 'input' });
        await closeAll(atAlice, atBob, atCarol, atEve);
    });

    test('is the typing of who types, whatever the frame says', async () => {
        const [alice, bob, eve] = await f.people('fake', 3);
        const [atAlice, atEve] = [await connect(alice), await connect(eve)];
        await atEve.send({
            ...typing(alice),
            fromId: bob.id,
            id: 9,
            body: 'gotcha',
            createdAt: '1970-01-01T00:00:00Z',
        });
        const told = await atAlice.frame({ type: 'input' });
        assert.deepEqual([told.fromId, told.body, told.id], [eve.id, '', 0]);
        assert.ok(Date.parse(told.createdAt) > Date.now() - 60000);
        await closeAll(atAlice, atEve);
    });

    test('takes an id as text, and no status for begun', async () => {
        const [alice, bob] = await f.people('text', 2);
        const [atAlice, atBob] = [await connect(alice), await connect(bob)];
        await atAlice.send({ toId: String(bob.id), ope: 'friend', type: 'input' });
        assert.equal((await atBob.frame({ type: 'input' })).status, 'normal');
        await closeAll(atAlice, atBob);
    });

    test('where one may not write is refused with a notice', async () => {
        const [alice, bob, eve] = await f.people('may', 3);
        const group = await f.group(alice, [bob]);
        const [atEve, atBob] = [await connect(eve), await connect(bob)];
        for (const [to, error] of [
            [{ id: 99999999 }, 'no_account'],
            [eve, 'self'],
            [group, 'not_member'],
            [{ id: 9999999 }, 'no_group'],
        ]) {
            await atEve.send(typing(to));
            const notice = await atEve.frame({ type: 'error' });
            assert.deepEqual([notice.ope, JSON.parse(notice.body).error], ['system', error]);
        }
        await atBob.none({ type: 'input' });
        await closeAll(atEve, atBob);
    });

    test('to strangers only where strangers may write', async () => {
        const other = await startServer({ set: { messages_from: 'friends' } });
        try {
            const g = freeim(other);
            const [alice, bob] = await g.people('str', 2);
            const [atAlice, atBob] = [await connect(alice), await connect(bob)];
            await atAlice.send(typing(bob));
            assert.equal(JSON.parse((await atAlice.frame({ type: 'error' })).body).error, 'not_friend');
            await atBob.none({ type: 'input' });
            await g.befriend(alice, bob);
            await atAlice.send(typing(bob));
            await atBob.frame({ type: 'input' });
            await closeAll(atAlice, atBob);
        } finally {
            await other.stop();
        }
    });
});

describe('frames that make no sense', () => {
    const bad = {
        'no JSON': 'hello',
        nothing: '',
        'half an object': '{"type":"ping"',
        'an array': '[]',
        'a number': '5',
        'a text': '"ping"',
        null: 'null',
        'two objects': '{"type":"ping"}{"type":"ping"}',
        'no type': '{"toId":1}',
        'a type that is a number': '{"type":5}',
        'doubled keys': '{"type":"ping","type":"ping"}',
        'NUL in a string': '{"type":"pi\\u0000ng"}',
        'a lone surrogate': '{"type":"\\ud800"}',
        '33 levels': `{"type":"ping","x":${'['.repeat(33)}${']'.repeat(33)}}`,
        '100,000 levels': '['.repeat(100000),
        '6000 values': `{"type":"ping","x":[${'1,'.repeat(6000)}1]}`,
        'typing to nobody': '{"type":"input"}',
        'typing to a text': '{"type":"input","toId":"abc"}',
        'typing to a float': '{"type":"input","toId":1.5}',
        'typing to 20 digits': '{"type":"input","toId":99999999999999999999}',
        'typing to an array': '{"type":"input","toId":[10000000]}',
        'typing to 0': '{"type":"input","toId":0}',
        'typing to less': '{"type":"input","toId":-5}',
    };
    test('get a notice, and the socket stays', async () => {
        const [alice, bob] = await f.people('bad', 2);
        const [socket, other] = [await connect(alice), await connect(bob)];
        for (const [name, text] of Object.entries(bad)) {
            await socket.raw.text(text);
            const notice = await socket.frame({ type: 'error' }, `a notice for ${name}`);
            assert.match(JSON.parse(notice.body).error, /^[a-z_]+$/, name);
            await socket.roundTrip();
        }
        await alice.say(bob, 'after all that');
        await other.frame({ body: 'after all that' });
        await socket.frame({ body: 'after all that' });
        await closeAll(socket, other);
    });

    test('unknown types are ignored, and nothing can be sent by frame but typing', async () => {
        const [alice, bob] = await f.people('unk', 2);
        const [atAlice, atBob] = [await connect(alice), await connect(bob)];
        for (const type of [
            'text',
            'pic',
            'read',
            'addFriend',
            'error',
            'revocation',
            'kick',
            'x'.repeat(1000),
            '__proto__',
            '',
        ])
            await atAlice.send({
                type,
                toId: bob.id,
                fromId: bob.id,
                ope: 'friend',
                body: 'forged',
                status: 'normal',
                id: 1,
            });
        await atAlice.roundTrip();
        await atBob.roundTrip();
        assert.deepEqual([atAlice.frames, atBob.frames], [[], []]);
        assert.equal((await bob.history(alice)).total, 0);
        await closeAll(atAlice, atBob);
    });

    test("a ping frame is answered with one's own id", async () => {
        const [alice] = await f.people('ping', 1);
        const socket = await connect(alice);
        await socket.send({ type: 'ping' });
        const { fromId, toId, ope, body, isPrivate } = await socket.frame({ type: 'ping' });
        assert.deepEqual([fromId, toId, ope, body, isPrivate], [alice.id, 0, '', '', false]);
        await socket.close();
    });
});

test('50 sockets opening, talking and closing at once leave nothing behind', async () => {
    const people = await f.people('churn', 10);
    const group = await f.group(people[0], people.slice(1));
    for (let round = 0; round < 3; round++) {
        const sockets = await Promise.all(Array.from({ length: 50 }, (_, i) => connect(people[i % 10])));
        const sent = await people[round].say(group, `round ${round}`);
        await Promise.all(sockets.map((one) => one.frame({ id: sent.id })));
        await Promise.all(
            sockets.map(async (one, i) =>
                i % 3 === 0 ? one.drop() : i % 3 === 1 ? one.close() : one.raw.socket.end(),
            ),
        );
        await Promise.all(sockets.map((one) => one.closed()));
    }
    const list = await people[0].ok('GET //api/v1/conversations');
    assert.equal(list.items[0].last.body, 'round 2');
});
