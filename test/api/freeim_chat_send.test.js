'use strict';
/* freeim 聊天, sending: every kind to friends and groups, in every encoding; resends that change nothing; numbers
 * without gaps under many senders (reliability.md P2, P3, P5). */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim, ENCODINGS, PARAM } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');

const KINDS = ['text', 'pic', 'voice', 'video', 'geo', 'file'];
const NO_ACCOUNT = '账号不存在';
const NO_GROUP = '群聊不存在';
const NOT_MEMBER = '你不是是此群聊成员';

let server, f;
before(async () => {
    server = await startServer();
    f = freeim(server);
});
after(() => server?.stop());

/* Every message of a conversation as one person may see it, by seq, recalled ones too. */
async function all(person, target) {
    const list = [];
    for (let after = 0; ;) {
        const { items } = await person.history(target, { afterSeq: after, limit: 500 });
        if (items.length === 0) return list;
        list.push(...items);
        after = items.at(-1).seq;
    }
}

const seqs = (list) => list.map((one) => one.seq);
const upTo = (n) => Array.from({ length: n }, (_, i) => i + 1);
/* Without the server's notices, which have numbers of their own. */
const said = (list) => list.filter((one) => one.ope !== 'system');

describe('what is sent is what arrives', () => {
    for (const as of ENCODINGS)
        for (const type of KINDS)
            test(`${type} with ${as}, to a friend and to a group`, async () => {
                const [alice, bob] = await f.people('kind', 2);
                const group = await f.group(alice, [bob]);
                const body =
                    type === 'text'
                        ? '你好 & 😀 = "x" \\ %41 + \n\t'
                        : JSON.stringify({
                              content: '',
                              thumb: 'aGk=',
                              fileUrl: 'http://h/f?a=1&b=2',
                              fileName: '文件.zip',
                          });
                /* The first in the group is the notice of bob's coming in. */
                for (const [ope, toId, seq] of [
                    ['friend', bob.id, 1],
                    ['group', group.id, 2],
                ]) {
                    const sent = await alice.ok('POST /chat/send', { toId, ope, type, isPrivate: '1', body }, { as });
                    assert.deepEqual(
                        [sent.fromId, sent.toId, sent.ope, sent.type, sent.body, sent.isPrivate, sent.status, sent.seq],
                        [alice.id, toId, ope, type, body, true, 'normal', seq],
                    );
                    assert.ok(Math.abs(Date.parse(sent.createdAt) - Date.now()) < 60000, "the server's clock");
                    assert.equal(sent.updatedAt, sent.createdAt);
                    for (const [who, target] of [
                        [alice, toId],
                        [bob, ope === 'group' ? toId : alice.id],
                    ]) {
                        const { items } = await who.history(target);
                        const last = items.at(-1);
                        assert.deepEqual(
                            [items.length, said(items).length, last.id, last.body, last.self],
                            [seq, 1, sent.id, body, who === alice],
                        );
                    }
                }
            });

    test('bodies of every sort come back byte for byte', async () => {
        const [alice, bob] = await f.people('bytes', 2);
        const bodies = [
            ' ',
            '0',
            'null',
            '\u0001\u0002\u001f\u007f',
            '\u2028\u2029',
            '\ufeff',
            '\uffff',
            '👩‍👩‍👧‍👦',
            'a\r\nb',
            "'; DROP TABLE messages; --",
            '%s%n%d',
            '<script>alert(1)</script>',
            '\\u0000',
            'x'.repeat(65535),
            '字'.repeat(21845),
        ];
        for (const as of ['form', 'multipart', 'json'])
            for (const body of bodies) {
                const sent = await alice.ok(
                    'POST /chat/send',
                    { toId: bob.id, ope: 'friend', type: 'text', body },
                    { as },
                );
                assert.equal(sent.body, body, `${as} ${JSON.stringify(body.slice(0, 20))}`);
            }
        const stored = (await all(bob, alice)).map((one) => one.body);
        assert.deepEqual(stored, [...bodies, ...bodies, ...bodies]);
    });

    test('one byte more than 65535 is refused, and stores nothing', async () => {
        const [alice, bob] = await f.people('large', 2);
        for (const body of ['x'.repeat(65536), `${'字'.repeat(21845)}x`, '字'.repeat(65535)]) {
            const answer = await alice.call('POST /chat/send', { toId: bob.id, ope: 'friend', type: 'text', body });
            assert.ok([200, 413].includes(answer.status), String(answer.status));
            assert.equal(answer.body.code, 1);
        }
        assert.equal((await alice.history(bob)).total, 0);
    });

    test('isPrivate is kept and echoed, and absent means no', async () => {
        const [alice, bob] = await f.people('private', 2);
        for (const [isPrivate, want] of [
            [1, true],
            [0, false],
            ['1', true],
            ['0', false],
            [true, true],
            [undefined, false],
        ])
            assert.equal((await alice.say(bob, 'x', { isPrivate })).isPrivate, want);
        assert.deepEqual(
            (await all(bob, alice)).map((one) => one.isPrivate),
            [true, false, true, false, true, false],
        );
    });
});

describe('who may write where', () => {
    test('strangers may write to people unless the server says friends only', async () => {
        const [alice, bob] = await f.people('stranger', 2);
        await alice.say(bob, 'we have not met');
        await server.restart({ messages_from: 'friends' });
        await alice.refused(
            'POST /chat/send',
            { toId: bob.id, ope: 'friend', type: 'text', body: 'x' },
            '对方还不是您的好友',
            { error: 'not_friend' },
        );
        await f.befriend(alice, bob);
        await alice.say(bob, 'now we have');
        await server.restart({ messages_from: 'anyone' });
        assert.deepEqual(
            (await all(bob, alice)).map((one) => one.body),
            ['we have not met', 'now we have'],
        );
    });

    test('only members write into a group', async () => {
        const [alice, bob, eve] = await f.people('into', 3);
        const group = await f.group(alice, [bob]);
        await eve.refused('POST /chat/send', { toId: group.id, ope: 'group', type: 'text', body: 'x' }, NOT_MEMBER, {
            error: 'not_member',
        });
        await eve.ok('POST /chatGroups/join', { groupId: group.id, reason: '' });
        await eve.refused('POST /chat/send', { toId: group.id, ope: 'group', type: 'text', body: 'x' }, NOT_MEMBER);
        await bob.say(group, 'hello');
        assert.deepEqual(
            (await all(alice, group.id)).map((one) => [one.type, one.fromId]),
            [
                ['groupJoin', alice.id],
                ['text', bob.id],
            ],
        );
    });

    test('nobody, oneself, and an id of the other kind', async () => {
        const [alice, bob] = await f.people('wrong', 2);
        const group = await f.group(alice);
        const send = (toId, ope) => ['POST /chat/send', { toId, ope, type: 'text', body: 'x' }];
        await alice.refused(...send(99999999, 'friend'), NO_ACCOUNT, { error: 'no_account' });
        await alice.refused(...send(group.id, 'friend'), NO_ACCOUNT);
        await alice.refused(...send(9999999, 'group'), NO_GROUP, { error: 'no_group' });
        await alice.refused(...send(bob.id, 'group'), NO_GROUP);
        await alice.refused(...send(alice.id, 'friend'), '不能对自己进行此操作', { error: 'self' });
        await alice.refused(...send(bob.id, 'system'), PARAM);
        await alice.refused('POST /chat/send', { toId: bob.id, ope: 'friend', type: 'read', body: 'x' }, PARAM);
        assert.equal((await bob.history(alice)).total, 0);
    });

    test('the sender is who the token says, whatever the body claims', async () => {
        const [alice, bob, eve] = await f.people('claim', 3);
        const sent = await alice.say(bob, 'x', {
            fromId: eve.id,
            id: 5,
            seq: 77,
            status: 'revocation',
            createdAt: '1970-01-01T00:00:00Z',
        });
        assert.deepEqual([sent.fromId, sent.seq, sent.status], [alice.id, 1, 'normal']);
        assert.deepEqual([(await eve.history(alice)).total, (await eve.history(bob)).total], [0, 0]);
    });
});

describe('sending again', () => {
    const again = (to, body, clientMsgId) => ({ toId: to.id, ope: 'friend', type: 'text', body, clientMsgId });

    test('50 resends at once are one message', async () => {
        const [alice, bob] = await f.people('resend', 2);
        const atBob = await connect(bob);
        const answers = await Promise.all(
            Array.from({ length: 50 }, (_, i) =>
                alice.ok('POST /chat/send', again(bob, 'once', 'm-1'), { as: ENCODINGS[i % 4] }),
            ),
        );
        assert.equal(new Set(answers.map((one) => one.id)).size, 1);
        for (const one of answers) assert.deepEqual({ ...one }, answers[0]);
        assert.equal(answers[0].clientMsgId, 'm-1');
        await atBob.frame({ type: 'text', body: 'once' });
        await atBob.none({ type: 'text' }, 'the message was pushed twice');
        assert.deepEqual(
            (await all(bob, alice)).map((one) => one.body),
            ['once'],
        );
        await atBob.close();
    });

    test('the same id for another message is 409, and stores nothing', async () => {
        const [alice, bob, carol] = await f.people('reuse', 3);
        const group = await f.group(alice);
        const first = await alice.ok('POST /chat/send', again(bob, 'first', 'm-1'));
        for (const other of [{ body: 'second' }, { type: 'pic' }, { toId: carol.id }, { toId: group.id, ope: 'group' }])
            await alice.refused('POST /chat/send', { ...again(bob, 'first', 'm-1'), ...other }, '消息编号已被使用', {
                status: 409,
                error: 'id_reused',
            });
        assert.equal((await alice.ok('POST /chat/send', again(bob, 'first', 'm-1'))).id, first.id);
        assert.deepEqual(
            [(await all(alice, bob)).length, (await alice.history(carol)).total, (await alice.history(group.id)).total],
            [1, 0, 0],
        );
    });

    test('the ids of two people are nothing to each other, and no id is no id', async () => {
        const [alice, bob] = await f.people('apart', 2);
        const [one, two] = [
            await alice.ok('POST /chat/send', again(bob, 'a', 'same')),
            await bob.ok('POST /chat/send', again(alice, 'b', 'same')),
        ];
        assert.notEqual(one.id, two.id);
        for (const clientMsgId of ['', undefined]) {
            const ids = [
                (await alice.say(bob, 'x', { clientMsgId })).id,
                (await alice.say(bob, 'x', { clientMsgId })).id,
            ];
            assert.notEqual(ids[0], ids[1]);
        }
    });

    test('it holds after a restart, after a crash, and after a recall', async () => {
        const [alice, bob] = await f.people('holds', 2);
        const first = await alice.ok('POST /chat/send', again(bob, 'keep', 'm-1'));
        await server.restart();
        assert.deepEqual(await alice.ok('POST /chat/send', again(bob, 'keep', 'm-1')), first);
        await server.kill9();
        await server.start();
        assert.deepEqual(await alice.ok('POST /chat/send', again(bob, 'keep', 'm-1')), first);
        await alice.refused('POST /chat/send', again(bob, 'other', 'm-1'), '消息编号已被使用', { status: 409 });
        await alice.ok('POST /chat/revocation', { toId: bob.id, id: first.id, ope: 'friend' });
        const late = await alice.ok('POST /chat/send', again(bob, 'keep', 'm-1'));
        assert.deepEqual([late.id, late.status, late.body], [first.id, 'revocation', '']);
        assert.equal((await all(bob, alice)).length, 1);
    });

    test('an id of 64 characters is taken, and it may be anything', async () => {
        const [alice, bob] = await f.people('idlen', 2);
        for (const id of ['字'.repeat(64), "' OR 1=1", '0', ' ']) {
            const one = await alice.ok('POST /chat/send', again(bob, `to ${id}`, id));
            assert.equal((await alice.ok('POST /chat/send', again(bob, `to ${id}`, id))).id, one.id);
            assert.equal(one.clientMsgId, id);
        }
    });
});

describe('many at once', () => {
    test('20 senders into one group: 1..n without a gap, the same for everybody, ids rising with seq', async () => {
        const people = await f.people('many', 20);
        const group = await f.group(people[0], people.slice(1));
        const begin = 19; /* that many came in */
        const acks = [];
        await Promise.all(
            people.map(async (one, who) => {
                for (let i = 0; i < 15; i++) acks.push(await one.say(group, `${who}:${i}`));
            }),
        );
        assert.deepEqual(
            acks.map((one) => one.seq).sort((a, b) => a - b),
            upTo(begin + 300).slice(begin),
        );
        const whole = await Promise.all(people.map((one) => all(one, group.id)));
        /* The first one made the group; everybody else sees it from their own coming in on. */
        for (const [who, view] of whole.entries())
            assert.deepEqual(seqs(view), upTo(begin + 300).slice(Math.max(who - 1, 0)));
        /* All came in before anybody spoke, so what was said is the same for all. */
        const views = whole.map(said);
        for (const view of views) assert.deepEqual(seqs(view), upTo(begin + 300).slice(begin));
        const ids = whole[0].map((one) => one.id);
        assert.deepEqual(
            ids,
            [...ids].sort((a, b) => a - b),
        );
        for (const ack of acks)
            assert.deepEqual(
                [views[3][ack.seq - begin - 1].id, views[3][ack.seq - begin - 1].body],
                [ack.id, ack.body],
            );
        /* What one person wrote one after the other stands in that order. */
        for (let who = 0; who < 20; who++)
            assert.deepEqual(
                views[0].filter((one) => one.body.startsWith(`${who}:`)).map((one) => one.body),
                Array.from({ length: 15 }, (_, i) => `${who}:${i}`),
            );
    });

    test('two who write to each other for the first time at once share one conversation', async () => {
        for (let round = 0; round < 5; round++) {
            const [alice, bob] = await f.people('first', 2);
            await Promise.all(
                Array.from({ length: 20 }, (_, i) => (i % 2 ? alice.say(bob, String(i)) : bob.say(alice, String(i)))),
            );
            const [left, right] = [await all(alice, bob), await all(bob, alice)];
            assert.deepEqual(seqs(left), upTo(20));
            assert.deepEqual(
                left.map((one) => one.id),
                right.map((one) => one.id),
            );
        }
    });

    test('every message answered before a crash is there after it, in order, and numbering goes on', async () => {
        const people = await f.people('crash', 6);
        const group = await f.group(people[0], people.slice(1));
        const begin = 5; /* that many came in, the last of them is who looks */
        const acks = [];
        const unknown = [];
        let stop = false;
        const senders = people.map(async (one, who) => {
            for (let i = 0; !stop; i++) {
                const body = `${who}:${i}`;
                await one.say(group, body).then(
                    (ack) => acks.push(ack),
                    () => {
                        unknown.push(body);
                        stop = true;
                    },
                );
            }
        });
        while (acks.length < 60) await new Promise((resolve) => setImmediate(resolve));
        await server.kill9();
        await Promise.all(senders);
        await server.start();
        const [own, ...view] = await all(people[5], group.id);
        assert.deepEqual([own.type, own.seq, JSON.parse(own.body).accountId], ['groupJoin', begin, people[5].id]);
        const last = begin + view.length;
        assert.deepEqual(seqs(view), upTo(last).slice(begin));
        const bodies = new Set(acks.map((one) => one.body).concat(unknown));
        for (const ack of acks)
            assert.deepEqual(
                [view[ack.seq - begin - 1]?.id, view[ack.seq - begin - 1]?.body],
                [ack.id, ack.body],
                'an answered message is gone',
            );
        for (const one of view) assert.ok(bodies.has(one.body), `nobody sent ${one.body}`);
        assert.equal(new Set(view.map((one) => one.body)).size, view.length);
        assert.equal((await people[0].say(group, 'after')).seq, last + 1);
    });
});
